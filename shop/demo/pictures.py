"""Product pictures of the demo shop, drawn by our own code as SVG.

One drawing per shelf in the colour of the variant, on a soft background; the same arguments always
give the same picture.
"""

import hashlib
from collections.abc import Callable
from typing import Final

SIZE: Final = 400
TINTS: Final = {
    "black": ("#2f3136", "#4a4d54"),
    "white": ("#f3f1ec", "#d9d5cc"),
    "grey": ("#8b9097", "#a9aeb5"),
    "red": ("#b93a32", "#d4574e"),
    "orange": ("#d9762b", "#ec9a55"),
    "yellow": ("#dcb130", "#ecca62"),
    "green": ("#3f7d55", "#5f9c74"),
    "olive": ("#6b6f3a", "#8a8e55"),
    "blue": ("#3a6ea5", "#5f92c6"),
    "navy": ("#27385e", "#41547f"),
    "purple": ("#6a4c93", "#8a6db1"),
    "pink": ("#c9678c", "#dd8fac"),
    "brown": ("#7a5438", "#9a7253"),
    "beige": ("#cdb997", "#ddcdb2"),
}
BACKGROUNDS: Final = ("#eef2ee", "#f2efe9", "#ecf0f4", "#f3eeee", "#eff0e8")
DARK: Final = "#22252b"

Drawing = Callable[[str, str], str]


def product_picture_svg(category: str, colour: str, seed: str) -> str:
    """An SVG document of 400 × 400 units; an unknown category is drawn as a parcel."""
    main, light = TINTS.get(colour, TINTS["grey"])
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4], "big")
    background = BACKGROUNDS[number % len(BACKGROUNDS)]
    drawing = DRAWINGS.get(category, _parcel)(main, light)
    tilt = (number >> 8) % 7 - 3
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" '
        f'height="{SIZE}"><defs><radialGradient id="b" cx="50%" cy="42%" r="70%">'
        f'<stop offset="0" stop-color="#fff"/><stop offset="1" stop-color="{background}"/>'
        f'</radialGradient></defs><rect width="{SIZE}" height="{SIZE}" fill="url(#b)"/>'
        f'<ellipse cx="200" cy="338" rx="118" ry="13" fill="#000" opacity=".09"/>'
        f'<g transform="rotate({tilt} 200 200)" stroke-linejoin="round" stroke-linecap="round">'
        f"{drawing}</g></svg>"
    )


def _path(d: str, fill: str, more: str = "") -> str:
    return f'<path d="{d}" fill="{fill}" {more}/>'


def _line(d: str, colour: str, width: float = 4, opacity: float = 1) -> str:
    return (
        f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{width}" opacity="{opacity}"/>'
    )


def _upper_body(main: str, light: str, *, sleeves: str, hem: int, extra: str) -> str:
    """A garment for the upper body: sleeves, trunk down to `hem`, what makes it special."""
    trunk = f"M140 96 Q200 122 260 96 L276 130 L268 {hem} Q200 {hem + 14} 132 {hem} L124 130 Z"
    return _path(sleeves, light) + _path(trunk, main) + extra


LONG_SLEEVES: Final = (
    "M142 96 L104 118 L66 288 L98 300 L140 180 Z M258 96 L296 118 L334 288 L302 300 L260 180 Z"
)
SHORT_SLEEVES: Final = (
    "M142 96 L96 116 L72 178 L112 194 L140 160 Z M258 96 L304 116 L328 178 L288 194 L260 160 Z"
)


def _jacket(main: str, light: str) -> str:
    hood = _path("M150 98 Q152 52 200 50 Q248 52 250 98 Q200 128 150 98 Z", light)
    inside = _path("M168 96 Q170 72 200 70 Q230 72 232 96 Q200 112 168 96 Z", DARK, 'opacity=".35"')
    zip_line = _line("M200 112 L200 322", DARK, 3, 0.6)
    pockets = _line("M152 236 L176 262 M248 236 L224 262", DARK, 4, 0.45)
    return _upper_body(
        main, light, sleeves=LONG_SLEEVES, hem=318, extra=hood + inside + zip_line + pockets
    )


def _fleece(main: str, light: str) -> str:
    collar = _path("M160 100 L166 72 Q200 84 234 72 L240 100 Q200 122 160 100 Z", light)
    half_zip = _line("M200 84 L200 186", DARK, 3, 0.6)
    pocket = _path("M216 150 h34 v38 h-34 Z", light, 'opacity=".8"')
    return _upper_body(main, light, sleeves=LONG_SLEEVES, hem=306, extra=collar + half_zip + pocket)


def _shirt(main: str, light: str) -> str:
    collar = _path("M164 98 L200 128 L236 98 L222 82 L200 104 L178 82 Z", light)
    placket = _line("M200 126 L200 312", DARK, 2, 0.4)
    buttons = "".join(
        f'<circle cx="200" cy="{y}" r="4" fill="{DARK}" opacity=".55"/>'
        for y in range(148, 310, 36)
    )
    return _upper_body(main, light, sleeves=LONG_SLEEVES, hem=310, extra=collar + placket + buttons)


def _t_shirt(main: str, light: str) -> str:
    neck = _line("M164 102 Q200 138 236 102", light, 9)
    print_ = _path("M172 214 L192 178 L204 198 L214 184 L230 214 Z", light, 'opacity=".85"')
    return _upper_body(main, light, sleeves=SHORT_SLEEVES, hem=310, extra=neck + print_)


def _base_layer(main: str, light: str) -> str:
    seams = _line("M140 128 Q176 200 150 312 M260 128 Q224 200 250 312", light, 5, 0.8)
    return _upper_body(
        main,
        light,
        sleeves=LONG_SLEEVES,
        hem=306,
        extra=_line("M164 102 Q200 132 236 102", light, 10) + seams,
    )


def _dress(main: str, light: str) -> str:
    body = "M156 84 L172 74 Q200 104 228 74 L244 84 L238 168 L290 322 Q200 346 110 322 L162 168 Z"
    return (
        _path(body, main)
        + _path("M160 162 h80 v16 h-80 Z", light)
        + _line("M186 182 L168 328 M214 182 L232 328", light, 4, 0.6)
    )


def _trousers(main: str, light: str) -> str:
    legs = "M140 64 L260 64 L282 330 L226 334 L200 158 L174 334 L118 330 Z"
    knees = _path(
        "M127 222 L160 222 L166 262 L123 262 Z M273 222 L240 222 L234 262 L277 262 Z",
        light,
        'opacity=".75"',
    )
    return _path(legs, main) + _path("M138 60 h124 v22 h-124 Z", light) + knees


def _boot(main: str, light: str) -> str:
    shaft = "M118 104 L206 96 L214 190 Q262 204 312 238 Q336 254 332 288 L112 288 Z"
    sole = _path(
        "M106 286 H336 L334 314 Q326 322 312 316 L296 322 L280 316 L264 322 L248 316 L232 322 L216 316 L200 322 L110 320 Z",
        DARK,
    )
    collar = _path("M114 90 L208 84 L208 112 L116 118 Z", light)
    laces = _line("M196 134 L228 150 M202 162 L240 176 M212 190 L262 202", light, 7)
    return (
        _path(shaft, main)
        + sole
        + collar
        + laces
        + _path("M270 288 Q276 240 312 238 Q336 254 332 288 Z", light, 'opacity=".7"')
    )


def _shoe(main: str, light: str) -> str:
    upper = "M84 210 Q96 184 128 186 L196 176 Q232 214 296 228 Q330 236 332 272 L84 276 Z"
    sole = _path("M76 272 H336 Q338 300 318 304 H96 Q76 302 76 272 Z", "#f7f5f0")
    tread = _line("M82 302 H326", DARK, 7, 0.8)
    laces = _line("M186 190 L214 214 M206 184 L236 214 M176 200 L200 222", light, 6)
    return (
        _path(upper, main)
        + sole
        + tread
        + laces
        + _path("M84 210 Q96 184 128 186 L134 276 L84 276 Z", light, 'opacity=".7"')
    )


def _sandal(main: str, light: str) -> str:
    sole = _path(
        "M76 268 Q90 240 140 246 Q220 262 318 250 Q342 258 334 284 Q320 304 200 302 Q90 302 76 268 Z",
        DARK,
    )
    foot = _path(
        "M92 262 Q120 244 160 252 Q236 266 314 258 Q324 268 314 278 Q200 290 106 284 Z", light
    )
    straps = _line(
        "M128 258 Q150 196 196 262 M232 266 Q262 210 296 264 M150 222 Q206 204 262 232", main, 18
    )
    return sole + foot + straps


def _backpack(main: str, light: str) -> str:
    straps = _line("M138 138 Q92 196 124 300 M262 138 Q308 196 276 300", DARK, 14, 0.75)
    body = _path(
        "M134 122 Q136 72 200 70 Q264 72 266 122 L278 306 Q276 328 252 328 H148 Q124 328 122 306 Z",
        main,
    )
    lid = _path("M132 126 Q136 62 200 60 Q264 62 268 126 Q200 152 132 126 Z", light)
    pocket = _path("M148 214 Q200 202 252 214 L256 298 Q200 312 144 298 Z", light, 'opacity=".75"')
    buckles = _line("M166 138 V196 M234 138 V196", DARK, 6, 0.6)
    return straps + body + lid + pocket + buckles + _line("M182 60 Q200 36 218 60", DARK, 7, 0.75)


def _tent(main: str, light: str) -> str:
    dome = _path("M48 314 Q108 128 206 112 Q300 128 352 314 Z", main)
    door = _path("M150 314 Q168 186 206 150 Q232 196 246 314 Z", DARK, 'opacity=".55"')
    flap = _path("M206 150 Q232 196 246 314 L276 314 Q248 206 206 150 Z", light)
    poles = _line("M48 314 Q108 128 206 112 Q300 128 352 314 M206 112 Q160 180 120 314", light, 6)
    ropes = _line("M68 262 L26 318 M334 262 L374 318", DARK, 2, 0.5)
    return dome + door + flap + poles + ropes


def _sleeping_bag(main: str, light: str) -> str:
    body = _path(
        "M128 96 Q132 54 200 52 Q268 54 272 96 L262 300 Q252 342 200 342 Q148 342 138 300 Z", main
    )
    hood = _path(
        "M150 104 Q154 74 200 72 Q246 74 250 104 Q242 140 200 142 Q158 140 150 104 Z", light
    )
    quilts = "".join(
        _line(f"M138 {y} Q200 {y + 16} 262 {y}", light, 4, 0.7) for y in (176, 214, 252, 290)
    )
    return body + hood + quilts + _line("M248 128 L238 262", DARK, 4, 0.55)


def _mat(main: str, light: str) -> str:
    body = _path(
        "M110 70 Q110 54 128 54 H272 Q290 54 290 70 V318 Q290 336 272 336 H128 Q110 336 110 318 Z",
        main,
    )
    tubes = "".join(_line(f"M{x} 66 V324", light, 7, 0.75) for x in range(134, 284, 22))
    return body + tubes + f'<circle cx="276" cy="66" r="8" fill="{DARK}"/>'


def _stove(main: str, light: str) -> str:
    can = _path(
        "M142 230 Q142 214 158 214 H242 Q258 214 258 230 V306 Q258 324 240 324 H160 Q142 324 142 306 Z",
        main,
    )
    burner = _path("M180 178 h40 l8 38 h-56 Z", DARK) + _line(
        "M150 156 L186 184 M250 156 L214 184 M136 152 H264", DARK, 8
    )
    flame = _path(
        "M200 142 Q172 116 192 84 Q198 104 206 98 Q204 80 214 66 Q236 104 224 128 Q216 140 200 142 Z",
        "#e98a2d",
    )
    return flame + can + burner + _path("M142 252 h116 v26 h-116 Z", light)


def _bottle(main: str, light: str) -> str:
    body = _path(
        "M156 132 Q156 116 172 112 V96 H228 V112 Q244 116 244 132 V316 Q244 336 224 336 H176 Q156 336 156 316 Z",
        main,
    )
    cap = _path("M166 58 H234 Q240 58 240 66 V98 H160 V66 Q160 58 166 58 Z", DARK)
    shine = _path("M172 140 h12 v170 h-12 Z", light, 'opacity=".8"')
    return body + cap + shine + _path("M200 232 l18 -34 l14 20 l6 -10 v24 Z", light)


def _headlamp(main: str, light: str) -> str:
    band = _line("M78 196 Q90 112 200 108 Q310 112 322 196", main, 34)
    stripes = _line("M80 190 Q96 116 200 112 Q304 116 320 190", light, 6, 0.8)
    lamp = _path(
        "M136 172 Q136 158 150 158 H250 Q264 158 264 172 V252 Q264 268 248 268 H152 Q136 268 136 252 Z",
        DARK,
    )
    glass = '<circle cx="200" cy="212" r="36" fill="#f6f1d8"/><circle cx="200" cy="212" r="20" fill="#fff"/>'
    return band + stripes + lamp + glass + f'<circle cx="250" cy="180" r="6" fill="{light}"/>'


def _hat(main: str, light: str) -> str:
    crown = _path("M104 250 Q100 108 200 104 Q300 108 296 250 Z", main)
    cuff = _path("M94 244 Q200 224 306 244 L302 302 Q200 284 98 302 Z", light)
    ribs = "".join(
        _line(f"M{x} {130 if 150 < x < 250 else 160} L{x} 236", light, 3, 0.5)
        for x in range(128, 290, 24)
    )
    return crown + ribs + cuff + f'<circle cx="200" cy="96" r="26" fill="{light}"/>'


def _gloves(main: str, light: str) -> str:
    hand = "M120 320 L112 200 Q108 178 122 176 Q134 176 138 196 L140 150 Q142 92 158 92 Q172 92 172 128 Q176 84 192 86 Q206 88 204 130 Q212 96 226 100 Q240 104 236 146 Q244 124 256 130 Q266 136 260 166 L246 250 L244 320 Z"
    return (
        _path(hand, main)
        + _path("M114 296 H248 V336 H116 Z", light)
        + _line("M172 128 V190 M204 130 V190 M236 146 L230 196", DARK, 3, 0.35)
    )


def _socks(main: str, light: str) -> str:
    sock = "M132 66 H206 V196 Q206 216 226 228 L290 262 Q320 282 302 310 Q288 330 256 322 L160 290 Q132 280 132 248 Z"
    return (
        _path(sock, main)
        + _path("M132 66 H206 V104 H132 Z", light)
        + _path("M262 248 L290 262 Q320 282 302 310 Q288 330 256 322 L246 318 Z", light)
        + _path("M132 236 Q158 230 176 262 Q174 286 160 290 Q132 280 132 248 Z", light)
    )


def _sunglasses(main: str, light: str) -> str:
    frame = _path(
        "M62 156 H176 Q192 150 224 150 H338 Q348 150 346 166 Q342 250 282 252 Q228 252 220 186 Q200 168 180 186 Q172 252 118 252 Q58 250 54 166 Q54 156 62 156 Z",
        main,
    )
    lenses = _path(
        "M72 170 H166 Q164 238 118 238 Q76 236 72 170 Z M234 170 H328 Q324 236 282 238 Q236 238 234 170 Z",
        DARK,
        'opacity=".8"',
    )
    return frame + lenses + _line("M88 184 L118 220 M250 184 L280 220", light, 6, 0.55)


def _watch(main: str, light: str) -> str:
    strap = _path("M162 40 H238 L246 128 H154 Z M154 272 H246 L238 360 H162 Z", main)
    case = f'<circle cx="200" cy="200" r="88" fill="{DARK}"/><circle cx="200" cy="200" r="70" fill="{light}"/>'
    marks = "".join(
        f'<rect x="197" y="136" width="6" height="14" fill="{DARK}" transform="rotate({angle} 200 200)"/>'
        for angle in range(0, 360, 30)
    )
    return strap + case + marks + _line("M200 200 L200 156 M200 200 L230 216", DARK, 7)


def _poles(main: str, light: str) -> str:
    pole = _line("M132 92 L176 326 M268 92 L224 326", main, 10)
    grips = _line("M126 58 L134 108 M274 58 L266 108", "#b58a5a", 22)
    baskets = _line("M156 296 L192 292 M244 296 L208 292", DARK, 8)
    return (
        pole + grips + baskets + _line("M124 60 Q92 100 122 128 M276 60 Q308 100 278 128", light, 6)
    )


def _parcel(main: str, light: str) -> str:
    return (
        _path("M96 150 L200 104 L304 150 V290 L200 336 L96 290 Z", main)
        + _path("M96 150 L200 196 L304 150 L200 104 Z", light)
        + _line("M200 196 V336", DARK, 3, 0.4)
    )


DRAWINGS: Final[dict[str, Drawing]] = {
    "jackets": _jacket,
    "fleece": _fleece,
    "trousers": _trousers,
    "shirts": _shirt,
    "t-shirts": _t_shirt,
    "dresses": _dress,
    "base-layers": _base_layer,
    "hiking-boots": _boot,
    "trail-shoes": _shoe,
    "sneakers": _shoe,
    "sandals": _sandal,
    "backpacks": _backpack,
    "tents": _tent,
    "sleeping-bags": _sleeping_bag,
    "sleeping-mats": _mat,
    "stoves": _stove,
    "bottles": _bottle,
    "headlamps": _headlamp,
    "hats": _hat,
    "gloves": _gloves,
    "socks": _socks,
    "sunglasses": _sunglasses,
    "watches": _watch,
    "trekking-poles": _poles,
}
