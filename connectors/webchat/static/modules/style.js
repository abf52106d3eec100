// The chat's style sheet, adopted by its shadow root: nothing leaks in or out of it.
const CSS = `
:host { --accent: #1d5c45; --accent-words: var(--accent); --on-accent: #fff; --paper: #fff; --ground: #f6f4ef; --ink: #1c2420; --soft: #5a655f; --line: #dfe0d9; --theirs: #ecefe8; --warm: #a8480f; --danger: #b3261e; --on-danger: #fff; --note: #fdf0d9; --note-line: #efd9ae; --note-ink: #33240d; --shade: 0 18px 50px rgb(16 32 24 / .22), 0 2px 8px rgb(16 32 24 / .12); all: initial; position: fixed; inset: auto 0 0 auto; z-index: 2147483000; display: block; color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
:host([data-theme="dark"]) { --accent: #7fcba6; --on-accent: #0d1a14; --paper: #18201c; --ground: #121814; --ink: #e9efe9; --soft: #a5b1a9; --line: #323d37; --theirs: #26302b; --warm: #f0a467; --danger: #ff8a80; --on-danger: #2b0703; --note: #392e1b; --note-line: #5b4927; --note-ink: #f6e8cd; --shade: 0 18px 50px rgb(0 0 0 / .6); color-scheme: dark; }
@media (prefers-color-scheme: dark) { :host(:not([data-theme="light"])) { --accent: #7fcba6; --on-accent: #0d1a14; --paper: #18201c; --ground: #121814; --ink: #e9efe9; --soft: #a5b1a9; --line: #323d37; --theirs: #26302b; --warm: #f0a467; --danger: #ff8a80; --on-danger: #2b0703; --note: #392e1b; --note-line: #5b4927; --note-ink: #f6e8cd; --shade: 0 18px 50px rgb(0 0 0 / .6); color-scheme: dark; } }
*, *::before { box-sizing: border-box; }
[hidden] { display: none !important; }
button, textarea { font: inherit; color: inherit; }
button { cursor: pointer; border: 0; background: none; }
p, h2, h3, ul { margin: 0; padding: 0; }
svg { width: 24px; height: 24px; fill: none; stroke: currentColor; stroke-width: 1.9; stroke-linecap: round; stroke-linejoin: round; }
:focus-visible { outline: 3px solid var(--accent-words); outline-offset: 2px; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.launcher { position: fixed; right: var(--across, 24px); bottom: var(--up, 24px); width: 60px; height: 60px; border-radius: 50%; display: grid; place-items: center; background: var(--accent); color: var(--on-accent); box-shadow: var(--shade); transition: transform .18s; }
:host([open]) .launcher { display: none; }
.launcher:hover { transform: translateY(-2px); }
.launcher svg { width: 30px; height: 30px; }
.launcher:focus-visible { outline-color: var(--ink); }
.badge { position: absolute; top: -3px; right: -3px; min-width: 22px; padding: 0 5px; border-radius: 11px; font-size: 13px; line-height: 22px; font-weight: 700; background: #c2410c; color: #fff; text-align: center; }
.panel { position: fixed; right: var(--across, 24px); bottom: var(--up, 24px); width: min(400px, calc(100vw - 48px)); height: min(700px, calc(100dvh - var(--up, 24px) - 16px)); display: flex; flex-direction: column; background: var(--paper); border-radius: 20px; box-shadow: var(--shade); overflow: hidden; animation: rise .2s ease-out; }
:host([large]) .panel { width: min(560px, calc(100vw - 48px)); height: calc(100dvh - var(--up, 24px) - 16px); }
.header { display: flex; align-items: center; gap: 10px; padding: 13px 12px 13px 16px; border-bottom: 1px solid var(--line); background: var(--paper); }
.face { flex: none; width: 42px; height: 42px; border-radius: 50%; display: grid; place-items: center; background: var(--accent); color: var(--on-accent); }
.face.has-logo { background: none; border-radius: 10px; overflow: hidden; }
.face img { width: 100%; height: 100%; object-fit: contain; }
.face svg { fill: currentColor; stroke-width: 1; }
.who { flex: 1; min-width: 0; }
h2 { font-size: 16px; line-height: 1.3; font-weight: 650; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.status { font-size: 13px; line-height: 1.35; color: var(--soft); }
.status::before { content: ""; display: inline-block; width: 8px; height: 8px; margin-right: 6px; border-radius: 50%; background: #3b9d6e; }
[data-by="agent"] .status::before { background: #d97706; }
.icon { flex: none; width: 44px; height: 44px; border-radius: 12px; display: grid; place-items: center; color: var(--soft); }
.icon:hover { background: var(--theirs); color: var(--ink); }
.icon svg { stroke-width: 2.6; }
.menu { position: absolute; z-index: 2; top: 64px; right: 14px; left: 60px; padding: 8px; border: 1px solid var(--line); border-radius: 14px; background: var(--paper); box-shadow: var(--shade); }
.menu [role="menuitem"] { display: block; width: 100%; min-height: 44px; padding: 10px 12px; border-radius: 9px; text-align: start; }
.menu [role="menuitem"]:hover, .menu [role="menuitem"]:focus { background: var(--theirs); }
.menu .privacy { margin: 6px 0 0; padding: 10px 12px 6px; border-top: 1px solid var(--line); text-align: start; }
.banner { padding: 8px 16px; font-size: 13px; background: var(--note); color: var(--note-ink); }
.middle { position: relative; flex: 1; min-height: 0; }
.log { height: 100%; overflow-y: auto; overscroll-behavior: contain; padding: 18px 16px 10px; display: flex; flex-direction: column; gap: 10px; background: var(--ground); }
.log:focus-visible { outline-offset: -3px; }
.log > * { flex: none; }
.message { display: flex; flex-direction: column; align-items: flex-start; gap: 8px; max-width: 100%; animation: rise .18s ease-out; }
.message.shopper { align-items: flex-end; gap: 3px; }
.bubble { max-width: 86%; padding: 10px 14px; border-radius: 18px 18px 18px 5px; background: var(--paper); border: 1px solid var(--line); white-space: pre-line; overflow-wrap: anywhere; }
.shopper .bubble { background: var(--accent); border-color: var(--accent); color: var(--on-accent); border-radius: 18px 18px 5px 18px; }
.agent .bubble { background: var(--note); border-color: var(--note-line); color: var(--note-ink); }
.bubble p { unicode-bidi: plaintext; }
.bubble a { color: inherit; text-underline-offset: 2px; }
.name { font-size: 12.5px; font-weight: 600; color: var(--soft); margin: 2px 0 -5px 4px; }
.notice { align-self: center; max-width: 90%; padding: 2px 0; text-align: center; font-size: 13px; color: var(--soft); }
.sending .bubble { opacity: .72; }
.failed .bubble { background: none; border: 1.5px dashed var(--warm); color: var(--ink); }
.state { font-size: 12px; color: var(--soft); }
.state button { min-height: 44px; padding: 0 8px; font-weight: 650; text-decoration: underline; }
.failed .state { color: var(--warm); }
.time { font-size: 12px; color: var(--soft); padding: 0 6px; margin-top: -4px; }
.shopper .time { margin-top: 0; }
.goes-on > .time, .sending > .time, .failed > .time { display: none; }
.joined { margin-top: -4px; }
.when { align-self: center; margin-top: 6px; font-size: 12.5px; color: var(--soft); }
.clamped { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 8; overflow: hidden; }
.more { display: block; min-height: 44px; margin: 2px 0 -8px; padding: 0; font-weight: 600; color: inherit; text-decoration: underline; text-underline-offset: 3px; }
.confirm { align-self: stretch; gap: 0; border: 1.5px solid var(--accent-words); border-radius: 18px; background: var(--paper); overflow: hidden; }
.confirm .bubble { max-width: none; border: 0; padding: 14px 16px 12px; }
.confirm .choices { padding: 0 14px 14px; }
.confirm .choices button:first-child { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
.confirm:not(:has(> .choices)) { border-color: var(--line); }
.confirm > .time { display: none; }
.confirm .done { padding: 0 16px 14px; }
.shown > .bubble { position: absolute; width: 1px; height: 1px; padding: 0; overflow: hidden; clip-path: inset(50%); }
.asked { align-self: stretch; padding: 14px 16px; }
.asked dl { display: grid; grid-template-columns: auto 1fr; row-gap: 8px; margin: 12px 0 0; font-size: 14.5px; line-height: 1.4; }
.asked dt { padding-inline-end: 14px; color: var(--soft); }
.asked dd { display: flex; flex-wrap: wrap; justify-content: flex-end; column-gap: 6px; margin: 0; text-align: end; overflow-wrap: anywhere; }
.asked dd b { font-weight: 600; }
.asked s { color: var(--soft); }
.asked dt:has(+ .sum), .asked .sum { padding-top: 10px; border-top: 1px solid var(--line); }
.asked .sum b { font-size: 17px; }
.danger:has(> .choices) { border-color: var(--danger); }
.danger.confirm .choices button:first-child { background: var(--danger); border-color: var(--danger); color: var(--on-danger); }
.done { display: flex; align-items: center; gap: 8px; font-weight: 600; color: var(--accent-words); }
.done svg { flex: none; width: 20px; height: 20px; stroke-width: 2.6; }
.pressed .bubble, .pressed > .time { display: none; }
.tiles { align-self: stretch; display: grid; grid-template-columns: 1fr 1fr; gap: 10px; }
.tiles button { display: flex; flex-direction: column; gap: 8px; min-height: 84px; padding: 13px 14px; border: 1px solid var(--line); border-radius: 16px; background: var(--paper); text-align: start; font-weight: 550; line-height: 1.3; transition: border-color .12s; }
.tiles button:hover, .last-order:hover { border-color: var(--accent-words); }
.tiles svg { color: var(--accent-words); }
.last-order { align-self: stretch; display: flex; align-items: center; gap: 12px; padding: 11px 13px; border: 1px solid var(--line); border-radius: 16px; background: var(--paper); text-align: start; line-height: 1.35; }
.last-order img { flex: none; border-radius: 10px; background: #eceae3; object-fit: cover; }
.last-order > span { min-width: 0; }
.last-order span span { display: block; font-size: 13px; color: var(--soft); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.last-order .state-now { font-weight: 600; color: var(--accent-words); white-space: normal; }
.order, .comparison { align-self: stretch; padding: 14px; border: 1px solid var(--line); border-radius: 18px; background: var(--paper); }
.card-head { display: flex; align-items: center; gap: 12px; }
.card-head > div { flex: 1; min-width: 0; }
.card-head img { flex: none; border-radius: 12px; background: #eceae3; object-fit: cover; }
.card-head .subtitle { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; }
.order-now, .news, .card-head :is(h3, p) { text-align: -webkit-match-parent; text-align: match-parent; }
.order-now { margin-top: 12px; line-height: 1.4; }
.order-now b { display: block; font-size: 16px; }
.order.late .order-now span, .state-now.late { color: var(--warm); }
.steps { display: flex; margin: 14px 0 0; padding: 0; list-style: none; }
.steps li { position: relative; flex: 1; min-width: 0; padding: 0 2px; text-align: center; font-size: 12.5px; line-height: 1.3; color: var(--soft); }
.steps li::before { content: ""; position: absolute; top: 10px; inset-inline: -50% 50%; height: 3px; background: var(--line); }
.steps li:first-child::before { display: none; }
.steps :is([data-state="done"], [data-state="now"])::before { background: var(--accent); }
.steps i { position: relative; z-index: 1; display: grid; place-items: center; width: 23px; height: 23px; margin: 0 auto 5px; border: 2px solid var(--line); border-radius: 50%; background: var(--paper); }
.steps i svg { width: 14px; height: 14px; stroke-width: 3.2; }
.steps [data-state="done"] i { border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
.steps [data-state="now"] i { border-color: var(--accent); background: radial-gradient(var(--accent) 0 5px, var(--paper) 5.8px); }
.steps [data-state="now"] { font-weight: 650; color: var(--ink); }
.steps [data-state="ended"] { font-weight: 650; color: var(--danger); }
.steps [data-state="ended"] i { border-color: var(--danger); }
.news, .parcel { margin-top: 12px; font-size: 13.5px; color: var(--soft); }
.news + .parcel { margin-top: 0; }
.parcel { display: flex; flex-wrap: wrap; align-items: center; column-gap: 8px; }
.parcel a, .parcel span + span { display: inline-flex; align-items: center; min-height: 44px; overflow-wrap: anywhere; color: var(--accent-words); }
.order .choices { margin-top: 12px; }
.parcel + .choices { margin-top: 4px; }
.picks.picks { align-self: stretch; display: grid; gap: 8px; list-style: none; }
.choices.picks .last-order { min-height: 64px; padding: 9px 12px; border: 1px solid var(--line); border-radius: 16px; color: inherit; font-weight: 400; }
.choices.picks .last-order:hover { background: var(--paper); border-color: var(--accent-words); color: inherit; }
.peek { position: fixed; right: var(--across, 24px); bottom: calc(var(--up, 24px) + 72px); display: flex; align-items: flex-start; width: max-content; max-width: min(300px, calc(100vw - 32px)); border: 1px solid var(--line); border-radius: 18px 18px 5px 18px; background: var(--paper); box-shadow: var(--shade); animation: rise .2s ease-out; }
.peek-text { min-height: 44px; padding: 11px 4px 11px 16px; text-align: start; line-height: 1.4; overflow-wrap: anywhere; }
.peek .icon svg { width: 18px; height: 18px; }
.waiting { display: flex; align-items: center; margin: 0 0 8px; border: 1px solid var(--line); border-radius: 14px; background: var(--ground); }
.waiting-go { flex: 1; min-width: 0; min-height: 44px; padding: 6px 4px 6px 14px; text-align: start; font-weight: 550; color: var(--accent-words); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.waiting .icon svg { width: 18px; height: 18px; }
.counter { margin: 6px 4px 0; font-size: 13px; text-align: end; color: var(--soft); }
.counter.over { color: var(--warm); font-weight: 600; }
.send:disabled { opacity: .45; cursor: default; }
.picture { max-width: 78%; }
.picture img { display: block; max-width: 100%; border-radius: 16px; border: 1px solid var(--line); }
.choices { display: flex; flex-wrap: wrap; gap: 8px; }
.choices button, .ways summary { min-width: 44px; min-height: 44px; padding: 8px 14px; border: 1.5px solid var(--accent-words); border-radius: 99px; background: var(--paper); color: var(--accent-words); font-weight: 550; line-height: 1.3; text-align: start; transition: background .12s; }
.choices.pair { align-self: stretch; display: grid; grid-template-columns: 1fr 1fr; }
.choices.pair button { min-height: 48px; border-radius: 14px; text-align: center; }
.choices button:hover, .ways summary:hover { background: var(--accent); color: var(--on-accent); }
.cards { align-self: stretch; display: flex; gap: 12px; margin: 0 -16px; padding: 4px 16px 10px; overflow-x: auto; scroll-snap-type: x proximity; scroll-padding: 16px; list-style: none; scrollbar-width: thin; }
.cards > li { position: relative; flex: 0 0 214px; scroll-snap-align: start; display: flex; flex-direction: column; border: 1px solid var(--line); border-radius: 16px; background: var(--paper); overflow: hidden; }
.cards.single > li { flex-basis: 264px; }
.shot { background: #eceae3; }
.shot img { display: block; width: 100%; height: auto; aspect-ratio: 4 / 3; object-fit: cover; }
.facts { flex: 1; display: flex; flex-direction: column; gap: 3px; padding: 11px 13px 13px; }
h3 { font-size: 14.5px; line-height: 1.3; font-weight: 650; }
h3 a { color: inherit; text-decoration: none; }
h3 a:hover { text-decoration: underline; }
.cards h3 a::after { content: ""; position: absolute; inset: 0; }
.ways { position: relative; display: flex; flex-wrap: wrap; gap: 8px; margin-top: auto; padding-top: 9px; }
.ways summary { display: inline-grid; place-content: center; cursor: pointer; }
.ways [open] { flex-basis: 100%; }
.ways [open] .choices { padding-top: 8px; }
.colours { display: flex; gap: 6px; margin: 4px 0 2px; list-style: none; }
.colours li { position: relative; width: 16px; height: 16px; border: 1px solid #8888; border-radius: 50%; }
.subtitle, .stock, .reason { font-size: 13px; line-height: 1.4; color: var(--soft); }
.price { display: flex; align-items: baseline; gap: 8px; margin-top: 2px; }
.price b { font-size: 16px; font-weight: 700; }
.price s { font-size: 13px; color: var(--soft); }
.reason { color: var(--accent-words); }
.off { padding: 1px 6px; border-radius: 6px; background: var(--warm); color: var(--paper); font-size: 12.5px; font-weight: 650; }
.stars { font-size: 13px; font-weight: 600; }
.sizes { display: flex; flex-wrap: wrap; gap: 4px; margin: 4px 0 2px; list-style: none; }
.sizes li { padding: 0 6px; border: 1px solid var(--line); border-radius: 6px; font-size: 12.5px; line-height: 22px; }
.sizes .out { color: var(--soft); text-decoration: line-through; }
.article { align-self: stretch; border: 1px solid var(--line); border-radius: 16px; background: var(--paper); }
.article summary { min-height: 44px; padding: 11px 14px; font-weight: 550; color: var(--accent-words); cursor: pointer; }
.article div { padding: 0 14px 12px; white-space: pre-line; }
.article a { display: inline-flex; align-items: center; min-height: 44px; color: var(--accent-words); }
.facts :is(button, summary) { padding: 6px 12px; font-size: 13.5px; }
.facts h3 a { display: block; padding: 4px 0; }
.dots { display: inline-flex; gap: 5px; padding: 6px 0; }
.dots i { width: 7px; height: 7px; border-radius: 50%; background: var(--soft); animation: breathe 1.2s infinite; }
.dots i:nth-child(2) { animation-delay: .18s; }
.dots i:nth-child(3) { animation-delay: .36s; }
.latest { position: absolute; left: 50%; bottom: 10px; transform: translateX(-50%); min-height: 44px; padding: 6px 18px; border-radius: 99px; background: var(--ink); color: var(--paper); font-size: 13px; box-shadow: var(--shade); }
form { padding: 10px 12px 8px; border-top: 1px solid var(--line); background: var(--paper); }
.entry { display: flex; align-items: flex-end; gap: 4px; padding: 2px 2px 2px 14px; border: 1.5px solid var(--line); border-radius: 25px; background: var(--ground); }
.entry:focus-within { border-color: var(--accent-words); }
textarea { flex: 1; min-width: 0; height: 44px; max-height: 138px; padding: 11px 0; border: 0; background: none; resize: none; line-height: 22px; }
textarea:focus-visible { outline: 0; }
textarea::placeholder { color: var(--soft); opacity: 1; }
.send { flex: none; width: 44px; height: 44px; border-radius: 50%; display: grid; place-items: center; background: var(--accent); color: var(--on-accent); }
.letters { font-size: 13px; font-weight: 650; }
.send svg { width: 21px; height: 21px; stroke-width: 2.2; }
.privacy { margin-top: 6px; font-size: 12px; line-height: 1.4; color: var(--soft); text-align: center; }
.comparison { padding: 0 0 4px; overflow: hidden; }
.comparison > .choices { padding: 10px 14px; }
.frame { overflow-x: auto; scrollbar-width: thin; }
.frame:focus-visible { outline-offset: -3px; border-radius: 18px; }
table { width: 100%; border-collapse: collapse; font-size: 13.5px; line-height: 1.35; }
th, td { padding: 0 10px 9px; text-align: start; vertical-align: top; font-weight: 400; }
thead th { min-width: 108px; padding-top: 12px; font-weight: 600; }
thead img { display: block; width: 100%; height: auto; aspect-ratio: 4 / 3; margin-bottom: 7px; border-radius: 10px; object-fit: cover; background: #eceae3; }
thead a { display: block; min-height: 44px; color: inherit; text-decoration: none; }
thead a:hover { text-decoration: underline; }
tbody th { padding: 8px 10px 1px; border-top: 1px solid var(--line); font-size: 12.5px; color: var(--soft); }
tbody th span { position: sticky; inset-inline-start: 10px; }
tbody td { color: var(--soft); }
.differs td { color: var(--ink); }
.best span:first-child { font-weight: 650; color: var(--accent-words); }
.best svg { width: 15px; height: 15px; margin-inline-start: 4px; vertical-align: -2px; stroke-width: 3; color: var(--accent-words); }
.ending { align-self: stretch; padding: 14px; border: 1px solid var(--line); border-radius: 18px; background: var(--paper); }
.helpful { display: flex; align-items: center; gap: 6px; font-weight: 550; }
.helpful button { width: 44px; height: 44px; border-radius: 12px; display: grid; place-items: center; color: var(--accent-words); }
.helpful button:hover { background: var(--theirs); }
.bubble canvas { display: block; max-width: 100%; border-radius: 10px; }
.proof { align-self: stretch; display: grid; gap: 10px; padding: 14px; border: 1px solid var(--line); border-radius: 18px; background: var(--paper); }
.proof label { display: grid; gap: 4px; font-size: 13px; color: var(--soft); }
.proof input { width: 100%; min-height: 44px; padding: 8px 12px; border: 1.5px solid var(--line); border-radius: 12px; background: var(--ground); color: var(--ink); font: inherit; font-size: 16px; }
.proof input:focus-visible { outline: 0; border-color: var(--accent-words); }
.proof .code { font-size: 22px; letter-spacing: .42em; text-align: center; font-variant-numeric: tabular-nums; }
.proof .submit { min-height: 48px; border-radius: 14px; background: var(--accent); color: var(--on-accent); font-weight: 600; }
.proof .ways { display: flex; flex-wrap: wrap; gap: 0 16px; }
.proof .ways button { min-height: 44px; padding: 0; color: var(--accent-words); font-weight: 550; text-decoration: underline; text-underline-offset: 3px; }
.proof .ways button:disabled { color: var(--soft); text-decoration: none; cursor: default; }
:host([data-side="left"]) { inset: auto auto 0 0; }
:host([data-side="left"]) :is(.launcher, .panel, .peek) { right: auto; left: var(--across, 24px); }
:host([data-side="left"]) .peek { border-radius: 18px 18px 18px 5px; }
:host([inline]) { position: relative; inset: auto; z-index: auto; height: 100%; min-height: min(460px, 100dvh); }
:host([inline]) .panel.panel { position: absolute; inset: 0; width: auto; height: auto; border: 1px solid var(--line); border-radius: 16px; box-shadow: none; animation: none; }
@keyframes rise { from { opacity: 0; transform: translateY(8px); } }
@keyframes breathe { 0%, 60%, 100% { opacity: .3; } 30% { opacity: 1; } }
@media (max-width: 560px), (max-height: 560px) {
  :host(:not([inline])) .panel.panel { inset: 0; width: auto; height: 100dvh; border-radius: 0; }
  .launcher { right: var(--across, 16px); bottom: var(--up, 16px); }
  .peek { right: var(--across, 16px); bottom: calc(var(--up, 16px) + 72px); }
  :host([data-side="left"]) :is(.launcher, .peek) { left: var(--across, 16px); }
  .menu { max-height: calc(100dvh - 72px); overflow-y: auto; }
  .menu .size { display: none; }
  textarea { font-size: 16px; }
}
@media (max-height: 420px) {
  .header { padding-block: 4px; }
  form > .privacy { display: none; }
  form { padding-block: 5px; }
}
@media (prefers-reduced-motion: reduce) { *, .launcher { animation: none !important; transition: none !important; } }
@media (forced-colors: active) { .bubble, .launcher, .choices button, .send { border: 1px solid; } }
`;

let sheet = null;

/** The style sheet, made once. */
export function styles() {
  if (!sheet) (sheet = new CSSStyleSheet()).replaceSync(CSS);
  return sheet;
}
