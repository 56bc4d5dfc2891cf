// Runs one bench on any supported Node: node bench/run.mjs label-noise
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

const name = process.argv[2] ?? ''
if (!/^[a-z0-9-]+$/.test(name)) {
  console.error('usage: node bench/run.mjs NAME, where bench/NAME.bench.ts exists')
  process.exit(2)
}
await runnerImport(fileURLToPath(new URL(`./${name}.bench.ts`, import.meta.url)), { logLevel: 'error' })
