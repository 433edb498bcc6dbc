// Makes labelled sets of AnnoMI, which is no part of this project: transcribed counselling
// demonstrations, labelled by professionals (github.com/uccollab/AnnoMI, AnnoMI-full.csv).
//
//   node annomi.mjs AnnoMI-full.csv FOLDER
//
// Where several people labelled an utterance, more than half decide. Transcripts with an even number
// go to develop, the others to unseen, so that no conversation is on both sides.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

// RFC 4180: fields in double quotes may hold commas, line ends and doubled quotes.
function rows(text) {
  const all = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    all.at(-1).push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end !== ",") all.push([]);
  }
  return all.filter((row) => row.length > 1);
}

const [head, ...data] = rows(readFileSync(process.argv[2], "utf8"));
const utterances = new Map();
for (const row of data) {
  const labels = Object.fromEntries(head.map((name, at) => [name, row[at]]));
  const key = `${labels.transcript_id}/${labels.utterance_id}`;
  utterances.set(key, [...(utterances.get(key) ?? []), labels]);
}
const sets = {};
const add = (name, text, label) => (sets[name] = (sets[name] ?? "") + `${text}\t${label}\n`);
for (const labels of utterances.values()) {
  const half = labels[0].transcript_id % 2 ? "unseen" : "develop";
  const text = labels[0].utterance_text.split(/\s+/).filter(Boolean).join(" ");
  const most = (test) => 2 * labels.filter(test).length > labels.length;
  if (labels[0].interlocutor === "client") {
    add(`client.${half}`, text, "talking");
  } else {
    add(`question.${half}`, text, most((one) => one.question_subtype === "open") ? "open-question" : "-");
    add(`reflection.${half}`, text, most((one) => one.reflection_exists === "True") ? "reflect" : "-");
  }
}
for (const [name, lines] of Object.entries(sets)) writeFileSync(join(process.argv[3], `annomi-${name}.tsv`), lines);
