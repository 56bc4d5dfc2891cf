import { setTimeout as sleep } from 'node:timers/promises'
import { type EmbeddedOptions, type EmbeddedPostgres, startEmbeddedPostgres } from './start.ts'

/** What the supervisor tells. */
export type SupervisorEvent =
  | { readonly kind: 'gone'; readonly pid: number }
  | { readonly kind: 'restarted'; readonly pid: number }
  /** It will be tried again. */
  | { readonly kind: 'restart-failed'; readonly error: unknown }

export interface SupervisedPostgres {
  /** The same for as long as it lives: pools find the server again by themselves. */
  readonly url: string
  readonly wasAdopted: boolean
  readonly notes: readonly string[]
  /** The server of now, or of last while it is being started again. */
  pid(): number
  /** Whether there is a server now. */
  isUp(): boolean
  /** Ends it for good and waits until it is gone; a restart under way is waited for. May be called twice. */
  stop(): Promise<void>
}

/** Pauses before the tries of a restart, in milliseconds; the last is for all further ones. */
const PAUSES = [0, 100, 250, 500, 1_000, 2_000, 5_000, 10_000] as const
/** How long a server lives before it counts as mended. Milliseconds. */
const STEADY = 30_000

/**
 * Keeps a Postgres of our own running: when it is killed or dies, it is started again, at once and then ever less often,
 * for as long as we live (a full disk may be emptied any time). A killed backend needs no help: Postgres mends itself.
 * @param onEvent for the log; must not throw
 * @throws Fault as `startEmbeddedPostgres` does, for the first start only
 */
export async function superviseEmbeddedPostgres(
  options: EmbeddedOptions & { readonly onEvent?: (event: SupervisorEvent) => void },
): Promise<SupervisedPostgres> {
  let server = await startEmbeddedPostgres(options)
  let isUp = true
  const { url, wasAdopted, notes } = server
  const stopped = new AbortController()
  let restarting: Promise<void> = Promise.resolve()

  let tries = 0
  const watch = (watched: EmbeddedPostgres) => {
    // Only a server that stays up earns the next one a start without a pause.
    const steady = setTimeout(() => {
      tries = 0
    }, STEADY)
    steady.unref()
    watched.onExit(() => {
      clearTimeout(steady)
      isUp = false
      if (stopped.signal.aborted) return
      options.onEvent?.({ kind: 'gone', pid: watched.pid })
      restarting = restart()
    })
  }
  const restart = async () => {
    while (!stopped.signal.aborted) {
      const waitMs = PAUSES[Math.min(tries, PAUSES.length - 1)] ?? 0
      tries++
      await sleep(waitMs, undefined, { signal: stopped.signal }).catch(() => {})
      if (stopped.signal.aborted) return
      try {
        server = await startEmbeddedPostgres(options)
        isUp = true
        watch(server)
        options.onEvent?.({ kind: 'restarted', pid: server.pid })
        return
      } catch (error) {
        options.onEvent?.({ kind: 'restart-failed', error })
      }
    }
  }
  watch(server)

  let stopping: Promise<void> | undefined
  const stop = () => {
    stopped.abort()
    stopping ??= restarting.then(() => server.stop())
    return stopping
  }
  return { url, wasAdopted, notes, pid: () => server.pid, isUp: () => isUp, stop }
}
