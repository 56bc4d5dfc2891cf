import { connect } from 'node:net'

/** What is written to one connection, and what may be expected of it. */
export interface Shot {
  /** In a word, how it is wrong. */
  readonly kind: string
  readonly bytes: Buffer
  /**
   * Requests whose framing is whole: their answers are waited for. The first must come; after a refusal the server may hang
   * up. 0: it may wait for more, or hang up at once.
   */
  readonly whole: number
  /** The methods asked for: what answers HEAD has no body. */
  readonly methods: readonly string[]
}
export interface Answer {
  readonly status: number
  readonly text: string
}
export interface Outcome {
  readonly answers: readonly Answer[]
  /** Something whole was not answered in time. */
  readonly isSilent: boolean
}

/** For what is whole an answer is waited for: one that is late counts as none. */
const WHOLE_MS = 30_000
/** Half a request is waited for by the server; whoever sends it gives up. */
const HALF_MS = 60

/** Sends it on a connection of its own. */
export function shoot(port: number, { bytes, whole, methods }: Shot): Promise<Outcome> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    let received = Buffer.alloc(0)
    let answers: readonly Answer[] = []
    let isLate = false
    const patience = setTimeout(
      () => {
        isLate = true
        socket.destroy()
      },
      whole > 0 ? WHOLE_MS : HALF_MS,
    )
    socket.on('data', (more: Buffer) => {
      received = Buffer.concat([received, more])
      answers = parse(received, methods, false)
      if (whole > 0 && answers.length >= whole) socket.destroy()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(patience)
      const all = parse(received, methods, true)
      resolve({ answers: all, isSilent: whole > 0 && (isLate || all.length === 0) })
    })
    socket.write(bytes)
  })
}

/** The answers that have come whole; those of 1xx announce another one and are left out. */
function parse(bytes: Buffer, methods: readonly string[], isOver: boolean): Answer[] {
  const answers: Answer[] = []
  let at = 0
  while (at < bytes.length) {
    const end = bytes.indexOf('\r\n\r\n', at)
    if (end < 0) break
    const head = bytes.toString('latin1', at, end)
    const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1] ?? 0)
    const body = end + 4
    if (status >= 100 && status < 200) {
      at = body
      continue
    }
    const isBare = methods[answers.length] === 'HEAD' || status === 204 || status === 304
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
    const isChunked = /\r\ntransfer-encoding: *chunked/i.test(head)
    let next: number
    if (isBare) next = body
    else if (isChunked) next = endOfChunks(bytes, body)
    else if (length !== undefined) next = body + Number(length)
    else next = isOver ? bytes.length : Number.POSITIVE_INFINITY
    if (next > bytes.length) {
      // Its status is known, and that is what counts once nothing more comes.
      if (isOver) answers.push({ status, text: bytes.toString('utf8', body) })
      break
    }
    answers.push({ status, text: bytes.toString('utf8', body, next) })
    at = next
  }
  return answers
}

function endOfChunks(bytes: Buffer, from: number): number {
  const end = bytes.indexOf('\r\n0\r\n\r\n', from - 2)
  return end < 0 ? Number.POSITIVE_INFINITY : end + 7
}
