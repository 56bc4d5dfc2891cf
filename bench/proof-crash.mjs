// The proof that kills do no harm, on any supported Node: node bench/proof-crash.mjs --kills 200 --events 500000
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

await runnerImport(fileURLToPath(new URL('../test/crash/proof.ts', import.meta.url)), { logLevel: 'error' })
