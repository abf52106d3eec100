// What not every visit needs, in a script of its own: fetched when the chat is first opened.
import { comparison } from "./comparing.js";
import { download, ending } from "./ending.js";
import { sendPicture } from "./picture.js";
import { proof } from "./proof.js";
import { sheetOf } from "./style.js";

const CSS = `
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
`;

export const later = { comparison, download, ending, proof, sendPicture, sheet: () => sheetOf(CSS) };
