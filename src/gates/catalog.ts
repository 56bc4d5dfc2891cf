import type { z } from 'zod'
import { anyConfig, catalog } from '../base/catalog.ts'
import { convergenceGate } from './convergence.ts'
import type { Gate } from './gate.ts'
import { metricRatioGate } from './metric-ratio.ts'
import { overlapAuditGate } from './overlap-audit.ts'
import { pairedBlocksGate } from './paired-blocks.ts'

/** Every gate, in the order the docs and the dashboard list them. Add a line here when you add a file here. */
export const gates = catalog('gate', [overlapAuditGate, convergenceGate, pairedBlocksGate, metricRatioGate])

export type GateId = (typeof gates.ids)[number]

/** A gate's options in a configuration file. */
export const GateConfig = anyConfig('gate', gates.all)
export type GateConfig = z.output<typeof GateConfig>

/** Any gate of the catalog, where its own options no longer matter. */
export type AnyGate = Gate<GateId, z.ZodType<GateConfig>>
