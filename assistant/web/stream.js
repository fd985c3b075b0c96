// Gradio's server ends the stream of events when none is pending, and tells the browser so. What is clicked while that
// word is on its way is put in the queue, but Gradio's client still takes the stream for open and opens no other: the
// click would be answered only after the next one. So that word is not passed on while an event is pending; the stream
// is continued instead.

(() => {
  const plain = window.fetch.bind(window);
  const pending = new Set();
  const early = new Set(); // completed before the answer to their own joining was read
  let open = false;

  async function join(request, options) {
    const response = await plain(request, options);
    const { event_id: id } = await response.clone().json().catch(() => ({}));
    if (id && !early.delete(id)) pending.add(id);
    // The end of the stream may have been passed on but not yet read.
    if (!open) await new Promise((done) => { setTimeout(done); });
    return response;
  }

  // The messages of a stream that can be passed on, and whether there is more to come on another.
  function sorted(messages) {
    const passed = [];
    for (const message of messages) {
      const { msg, event_id: id } = JSON.parse(message.match(/^data: (.*)$/m)?.[1] ?? '{}');
      if (msg === 'process_completed' && !pending.delete(id)) early.add(id);
      if (msg === 'close_stream' && pending.size) return { passed, more: true };
      if (msg === 'close_stream') open = false;
      passed.push(`${message}\n\n`);
    }
    return { passed, more: false };
  }

  async function follow(request) {
    const first = await plain(request);
    if (!first.ok) return first;
    open = true;
    const encoder = new TextEncoder();
    let reader = first.body.getReader();
    let decoder = new TextDecoder();
    let rest = '';
    const pull = async (stream) => {
      const { done, value } = await reader.read();
      const messages = (rest + decoder.decode(value, { stream: !done })).split('\n\n');
      rest = messages.pop();
      const { passed, more } = sorted(messages);
      if (passed.length) stream.enqueue(encoder.encode(passed.join('')));
      if (more) {
        [reader, decoder, rest] = [(await plain(request)).body.getReader(), new TextDecoder(), ''];
      } else if (done) {
        open = false;
        stream.close();
        return;
      }
      if (!passed.length) await pull(stream);
    };
    const body = new ReadableStream({ pull, cancel: (why) => reader.cancel(why) });
    return new Response(body, { headers: first.headers });
  }

  window.fetch = (request, options) => {
    const path = new URL(request.url ?? request, location).pathname;
    if (path.endsWith('/queue/join')) return join(request, options);
    if (path.endsWith('/queue/data')) return follow(request);
    return plain(request, options);
  };
})();
