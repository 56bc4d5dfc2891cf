/**
 * A vitest reporter that writes what `npm test` must count: how many tests passed, failed and were skipped, and why
 * each was skipped. vitest's own JSON lacks the reason given to `ctx.skip(reason)`.
 */
import { writeFileSync } from 'node:fs'

/** The file the tally goes to. */
export const TALLY_FILE_VARIABLE = 'KEEPFIT_TALLY_FILE'

class TallyReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const tally = { passed: 0, failed: unhandledErrors.length, skipped: [] }
    for (const module of modules) {
      // A file that cannot even be loaded, or a suite whose hooks fail, counts as one failure.
      tally.failed += module.errors().length
      for (const suite of module.children.allSuites()) tally.failed += suite.errors().length
      for (const test of module.children.allTests()) {
        const { state, note } = test.result()
        if (state === 'passed') tally.passed++
        else if (state === 'failed') tally.failed++
        else
          tally.skipped.push({
            name: `${module.relativeModuleId} > ${test.fullName}`,
            reason: note ?? 'no reason given',
          })
      }
    }
    const file = process.env[TALLY_FILE_VARIABLE]
    if (file !== undefined) writeFileSync(file, JSON.stringify(tally))
  }
}

// biome-ignore lint/style/noDefaultExport: vitest loads a reporter by its default export
export default TallyReporter
