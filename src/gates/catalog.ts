import type { z } from 'zod'
import { anyConfig, catalog } from '../base/catalog.ts'
import { absoluteMetricGate } from './absolute-metric.ts'
import { artifactSizeGate } from './artifact-size.ts'
import { blockBetGate } from './block-bet.ts'
import { calibrationGate } from './calibration.ts'
import { convergenceGate } from './convergence.ts'
import { fairnessGate } from './fairness.ts'
import type { Gate } from './gate.ts'
import { latencyGate } from './latency.ts'
import { metricRatioGate } from './metric-ratio.ts'
import { minimumDataGate } from './minimum-data.ts'
import { missingRobustnessGate } from './missing-robustness.ts'
import { mustPassGate } from './must-pass.ts'
import { overlapAuditGate } from './overlap-audit.ts'
import { pairedBlocksGate } from './paired-blocks.ts'
import { predictionAlignmentGate } from './prediction-alignment.ts'
import { slicesGate } from './slices.ts'

/** Every gate, in the order the docs and the dashboard list them. Add a line here when you add a file here. */
export const gates = catalog('gate', [
  overlapAuditGate,
  convergenceGate,
  minimumDataGate,
  pairedBlocksGate,
  blockBetGate,
  metricRatioGate,
  absoluteMetricGate,
  slicesGate,
  fairnessGate,
  calibrationGate,
  predictionAlignmentGate,
  missingRobustnessGate,
  mustPassGate,
  artifactSizeGate,
  latencyGate,
])

export type GateId = (typeof gates.ids)[number]

/** A gate's options in a configuration file. */
export const GateConfig = anyConfig('gate', gates.all)
export type GateConfig = z.output<typeof GateConfig>

/** Any gate of the catalog, where its own options no longer matter. */
export type AnyGate = Gate<GateId, z.ZodType<GateConfig>>
