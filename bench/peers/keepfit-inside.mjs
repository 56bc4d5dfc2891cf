/** Prints the seconds of the second check of two files in one process: node keepfit-inside.mjs REFERENCE CURRENT. */
import { check } from '../../dist/app/check.js'

const [reference, current] = process.argv.slice(2)
await check({ reference, current }, () => {})
const begin = performance.now()
await check({ reference, current }, () => {})
process.stdout.write(String((performance.now() - begin) / 1000))
