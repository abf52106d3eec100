"""How far apart two spellings are."""


def one_slip(left: str, right: str) -> bool:
    """Whether one letter changed, missing, added or swapped with its neighbour tells them apart."""
    if abs(len(left) - len(right)) > 1:
        return False
    if len(left) > len(right):
        left, right = right, left
    start = next(
        (i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), len(left)
    )
    if len(left) < len(right):
        return left[start:] == right[start + 1 :]
    if left[start + 1 :] == right[start + 1 :]:
        return True
    return (
        left[start : start + 2] == right[start : start + 2][::-1]
        and left[start + 2 :] == right[start + 2 :]
    )
