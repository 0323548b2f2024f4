// Run every model of a folder on names and write what it answers to answers.json there.
//
// usage: node onnx_run.mjs RUNTIME FOLDER
//   RUNTIME  node_modules/onnxruntime-web, as `npm install onnxruntime-web` puts it
//   FOLDER   *.onnx and names.json, a list of lists of letter positions
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [runtime, folder] = process.argv.slice(2);
const ort = await import(pathToFileURL(join(resolve(runtime), "dist", "ort.node.min.mjs")).href);
ort.env.wasm.numThreads = 1;
const names = JSON.parse(readFileSync(join(folder, "names.json")));
const answers = {};
for (const file of readdirSync(folder).filter((f) => f.endsWith(".onnx"))) {
  const session = await ort.InferenceSession.create(readFileSync(join(folder, file)));
  answers[file] = [];
  for (const name of names) {
    const letters = new ort.Tensor("int64", BigInt64Array.from(name.map(BigInt)), [name.length]);
    const { probabilities } = await session.run({ letters });
    answers[file].push(Array.from(probabilities.data));
  }
}
writeFileSync(join(folder, "answers.json"), JSON.stringify(answers));
