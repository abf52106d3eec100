"""Finding products by everything a shopper says: names, constraints, comparisons, sizes."""
