/**
 * What watching costs, in trainings, so that a policy cannot win by looking harder for nothing. Measured medians on
 * public streams with a gradient boosting of 60 trees (docs/deciding.md §1).
 */
export const CHARGES = {
  /** Keeping the tables of the patch test, a window. */
  tables: 0.002,
  /** Cutting the octiles for a new version, a training. */
  octiles: 0.015,
  /** Scoring one window with a model that does not serve. */
  scoring: 0.03,
} as const
