// Makes a labelled safety set of the test phrases of a crisis bot for a chat community, which are no
// part of this project (github.com/The-Alphabet-Cartel/ash-thrash, src/config/phrases).
//
//   node ash.mjs PHRASES_FOLDER > ash.tsv && ./split ash.tsv
import { readFileSync } from "node:fs";
import { join } from "node:path";

const labels = {
  critical_high_priority: "must-alert",
  medium_priority: "soft",
  low_priority: "talking",
  none_priority: "everyday",
};
function* messages(value) {
  if (typeof value?.message === "string") yield value.message.replace(/\s+/g, " ");
  else if (value && typeof value === "object") for (const one of Object.values(value)) yield* messages(one);
}
for (const [name, label] of Object.entries(labels)) {
  const file = JSON.parse(readFileSync(join(process.argv[2], `${name}.json`), "utf8"));
  for (const text of messages(file)) console.log(`${text}\t${label}`);
}
