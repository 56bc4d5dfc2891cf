// The proof that malformed requests do no harm, on any supported Node: node bench/proof-fuzz.mjs --requests 100000
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

await runnerImport(fileURLToPath(new URL('../test/fuzz/proof.ts', import.meta.url)), { logLevel: 'error' })
