/** A server-sent event as it came. */
export interface ReceivedEvent {
  readonly id: number | null
  readonly event: string
  readonly data: unknown
}

/** Sent by the server when there is nothing more to come. */
const END = 'end'

/** The events in the body of an answer, until the event `end` or the end of the connection. */
export async function* eventsIn(body: ReadableStream<Uint8Array>): AsyncGenerator<ReceivedEvent> {
  let waiting = ''
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    waiting += text
    for (let at = waiting.indexOf('\n\n'); at >= 0; at = waiting.indexOf('\n\n')) {
      const event = eventOf(waiting.slice(0, at))
      waiting = waiting.slice(at + 2)
      if (event?.event === END) return
      if (event !== null) yield event
    }
  }
}

/** Null for what holds no data, such as a heartbeat. */
function eventOf(block: string): ReceivedEvent | null {
  let id: number | null = null
  let event = 'message'
  let data: string | null = null
  for (const line of block.split('\n')) {
    const [name, value] = fieldOf(line)
    if (name === 'id') id = Number(value)
    else if (name === 'event') event = value
    else if (name === 'data') data = data === null ? value : `${data}\n${value}`
  }
  return data === null ? null : { id, event, data: JSON.parse(data) }
}

function fieldOf(line: string): readonly [name: string, value: string] {
  const colon = line.indexOf(':')
  if (colon < 0) return [line, '']
  return [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')]
}
