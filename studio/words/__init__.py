"""The words shoppers read: gathered from every room, held to the rules of voice."""
