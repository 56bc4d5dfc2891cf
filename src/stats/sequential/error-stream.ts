/** What a method says when it speaks: the losses rose, or they changed in another way (fell, or spread otherwise). */
export type StreamAlarm = 'rise' | 'other'

/** What every method remembers: plain, finite numbers, so that a copy and a round trip through JSON change nothing. */
export interface ErrorStreamState {
  /** Losses taken in since it last began anew; an integer ≥ 0. */
  rows: number
  /** What the newest loss made it say. Unless that is null, it begins anew with the next loss. */
  alarm: StreamAlarm | null
}

/**
 * A method that watches losses one after another and says when their level has changed. It begins anew after each
 * alarm, as in `river`, so one lasting change is one alarm.
 */
export interface ErrorStreamMethod<Options, State extends ErrorStreamState> {
  readonly id: string
  /** What it is made for: losses of 0 and 1, or any number. */
  readonly losses: '0/1' | 'any'
  start(options: Options): State
  /**
   * Takes in losses from index `from` on, up to and with the next that makes it speak; changes `state` in place. Losses
   * that are not finite are passed over.
   *
   * @returns index of that loss, `state.alarm` saying what it was; −1 when all were taken in without an alarm
   */
  next(state: State, losses: ArrayLike<number>, from: number): number
  /** At least so many of the next losses cannot make it speak, because it is warming up; 0 once it listens. */
  warmUpLeft(state: State): number
}

/** An alarm and the index of the loss that caused it. */
export interface StreamDetection {
  readonly at: number
  readonly alarm: StreamAlarm
}

/** Takes in all losses and lists every alarm, in order; changes `state` in place. */
export function allDetections<Options, State extends ErrorStreamState>(
  method: ErrorStreamMethod<Options, State>,
  state: State,
  losses: ArrayLike<number>,
): StreamDetection[] {
  const found: StreamDetection[] = []
  for (let at = method.next(state, losses, 0); at >= 0; at = method.next(state, losses, at + 1)) {
    found.push({ at, alarm: state.alarm ?? 'other' })
  }
  return found
}
