"""Inventory decisions: how much to order, when, and how sure a shop can be of its stock.

Own code over NumPy and SciPy. Notation and numbered formulas follow L. V. Snyder and Z.-J. M. Shen,
"Fundamentals of Supply Chain Theory", 2nd edition (Wiley 2019), unless a docstring says otherwise.
Costs are money per unit of time, quantities units of stock, times in the unit of the demand rate.
"""
