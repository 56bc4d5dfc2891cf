import { catalog } from '../../base/catalog.ts'
import { accuracy } from './accuracy.ts'
import { auc } from './auc.ts'
import { balancedAccuracy } from './balanced-accuracy.ts'
import { brier } from './brier.ts'
import { calibrationError } from './calibration-error.ts'
import { f1 } from './f1.ts'
import { logLoss } from './log-loss.ts'
import { mae } from './mae.ts'
import { mape } from './mape.ts'
import { precision } from './precision.ts'
import { r2 } from './r2.ts'
import { recall } from './recall.ts'
import { rmse } from './rmse.ts'

/** Every metric, in the order the docs and the dashboard list them. Add a line here when you add a file here. */
export const metrics = catalog('metric', [
  accuracy,
  balancedAccuracy,
  precision,
  recall,
  f1,
  auc,
  logLoss,
  brier,
  calibrationError,
  mae,
  rmse,
  r2,
  mape,
])

export type MetricId = (typeof metrics.ids)[number]
