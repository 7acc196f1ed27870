// The search of the frame: forums, actors, instruments, objectives and commitments by any of their names.
// data/search.js holds the folded words of each, so that nothing is made ready here and no table is loaded.
import { fold, lang, meta, script } from "./data.js";

const FIRST = new Set(["actors", "forums"]);
let entries = null;
let vocabulary = null;

/** Load what is searched. */
export async function prepare() {
  await script("search");
  entries ??= Object.entries(meta().search).flatMap(([table, list]) =>
    list.map(([id, name, french, text]) => ({ table, id, name, french, text: ` | ${text} | ` })));
}

/** The records that answer a search, best first: [{table, id, name}…]; each of its words begins one of theirs. */
export function search(text) {
  const words = fold(text).match(/[\p{L}\p{N}]+/gu);
  if (!words) return [];
  const joined = words.join(" ");
  const choices = words.map((word) => (entries.some((one) => one.text.includes(` ${word}`)) ? [word] : similar(word)));
  const found = [];
  for (const entry of entries) {
    let rank = FIRST.has(entry.table) ? 2 : 0;
    for (const choice of choices) {
      const best = Math.max(...choice.map((word) => (entry.text.includes(` ${word} `) ? 2 : entry.text.includes(` ${word}`) ? 1 : 0)), 0);
      rank = best ? rank + best : -Infinity;
    }
    if (rank < 0) continue;
    if (entry.text.includes(`| ${joined} |`)) rank += 4; // it is one of its names
    else if (entry.text.startsWith(` | ${joined}`)) rank += 2;
    found.push({ ...entry, rank: rank - entry.text.length / 1000 });
  }
  return found.sort((one, other) => other.rank - one.rank)
    .map(({ table, id, name, french }) => ({ table, id, name: (lang() === "fr" && french) || name }));
}

/** The words that a word nobody bears was perhaps meant to be: one letter off, or two in a long one. */
function similar(word) {
  if (word.length < 6) return [];
  vocabulary ??= new Set(entries.flatMap((one) => one.text.split(" ")));
  const limit = word.length < 10 ? 1 : 2;
  return [...vocabulary].filter((one) => Math.abs(one.length - word.length) <= limit && distance(one, word) <= limit);
}

/** The number of letters to add, leave out or change between two words. */
function distance(one, other) {
  let above = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i++) {
    const line = [i];
    for (let j = 1; j <= other.length; j++) {
      line.push(Math.min(above[j] + 1, line[j - 1] + 1, above[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1)));
    }
    above = line;
  }
  return above.at(-1);
}
