"""What never serves a shopper, agent or operator: benchmarks, peers, studies."""
