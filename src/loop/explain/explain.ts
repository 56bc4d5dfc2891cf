import { type Circumstances, comparisonsOf, evidenceBehind, runOf, verdictsBehind } from './circumstances.ts'
import { comparisonLines, evidenceLines, gateLines } from './evidence-lines.ts'
import type { Explanation, Rests } from './explanation.ts'
import { headlineOf } from './headline.ts'
import { explainedReasons } from './reasons.ts'
import { ruledOut } from './ruled-out.ts'
import { alternatives } from './would-change.ts'

/**
 * Why something was decided, what was ruled out, and what would have changed it, from the records alone: nothing is
 * measured or decided anew.
 */
export function explain(circumstances: Circumstances): Explanation {
  const { record } = circumstances
  const { seq, kind, now, window, aboutWindow, live, version } = record
  const seen = evidenceBehind(circumstances)
  return {
    seq,
    kind,
    headline: headlineOf(circumstances),
    now,
    window,
    aboutWindow,
    live,
    version,
    why: explainedReasons(circumstances),
    evidence: [
      ...comparisonLines(record.live, comparisonsOf(circumstances)),
      ...evidenceLines(seen.evidence, seen.decision),
    ],
    gates: gateLines(verdictsBehind(circumstances)),
    ruledOut: ruledOut(circumstances),
    wouldChange: alternatives(circumstances),
    restsOn: restsOn(circumstances),
  }
}

function restsOn(circumstances: Circumstances): Rests {
  const { record, observation, policy, together, follows, answeredBy } = circumstances
  const compared = comparisonsOf(circumstances).map(({ version }) => version)
  const others = [follows, ...together, answeredBy].flatMap((one) =>
    one === null || one.seq === record.seq ? [] : [one.seq],
  )
  return {
    observation: observation.seq,
    policy,
    windows: distinct([record.window, ...(record.aboutWindow === null ? [] : [record.aboutWindow])]),
    versions: distinct([record.live, ...(record.version === null ? [] : [record.version]), ...compared]),
    run: runOf(circumstances),
    decisions: distinct(others),
  }
}

function distinct(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b)
}
