"""Where a parcel can be followed: the public tracking pages of carriers that we know by name."""

import re
from typing import Final
from urllib.parse import quote

_PAGES: Final[tuple[tuple[str, str], ...]] = (
    (r"\bdhl\b", "https://www.dhl.com/global-en/home/tracking.html?tracking-id={number}"),
    (r"\bups\b", "https://www.ups.com/track?tracknum={number}"),
    (r"\bfed ?ex\b", "https://www.fedex.com/fedextrack/?trknbr={number}"),
    (r"\busps\b", "https://tools.usps.com/go/TrackConfirmAction?tLabels={number}"),
    (r"\bdpd\b", "https://www.dpd.com/tracking?query={number}"),
    (r"\bgls\b", "https://gls-group.com/track/{number}"),
    (r"\b(?:hermes|evri)\b", "https://www.evri.com/track/parcel/{number}"),
    (r"\broyal mail\b", "https://www.royalmail.com/track-your-item#/tracking-results/{number}"),
    (r"\bsf\b|顺丰", "https://www.sf-express.com/chn/en/waybill/waybill-detail/{number}"),
)


def tracking_page(carrier: str, number: str) -> str:
    """The page that follows a parcel; empty for a carrier that we do not know."""
    for name, page in _PAGES:
        if number and re.search(name, carrier, re.IGNORECASE):
            return page.format(number=quote(number, safe=""))
    return ""
