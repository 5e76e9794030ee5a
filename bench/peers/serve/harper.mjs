// Harper's spelling rule as a corrector that takes the first suggestion; the protocol of loop.py.
//
//     node harper.mjs FOLDER_OF_THE_PACKAGE

import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const home = pathToFileURL(`${process.argv[2]}/dist/`).href;
const { LocalLinter } = await import(`${home}index.js`);
const { binaryInlined } = await import(`${home}binaryInlined.js`);

const linter = new LocalLinter({ binary: binaryInlined });
await linter.setup();
const rules = await linter.getDefaultLintConfig();
for (const rule of Object.keys(rules)) rules[rule] = rule === "SpellCheck";
await linter.setLintConfig(rules);

async function correct(text) {
  const characters = Array.from(text); // its spans count code points
  const lints = await linter.lint(text, { language: "plaintext" });
  let output = "";
  let done = 0;
  for (const lint of lints.sort((one, other) => one.span().start - other.span().start)) {
    const { start, end } = lint.span();
    if (start < done || lint.suggestion_count() === 0) continue;
    output += characters.slice(done, start).join("") + lint.suggestions()[0].get_replacement_text();
    done = end;
  }
  return output + characters.slice(done).join("");
}

const seconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
process.stdout.write('{"ready": true}\n');
for await (const line of createInterface({ input: process.stdin })) {
  const begin = seconds();
  const text = await correct(JSON.parse(line).correct);
  process.stdout.write(`${JSON.stringify({ text, cpu: seconds() - begin })}\n`);
}
