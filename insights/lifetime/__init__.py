"""What a customer will still buy and spend: BG/NBD and Gamma-Gamma."""
