import http from 'node:http';

/**
 * A loopback proxy before the sandbox that gives every call the same latency and notes when it ran.
 * `atOnce: 1` lets one call through at a time: the same calls, one after another. `throttle: 10` refuses every tenth.
 */
export async function startProxy(target, { latency, atOnce = Number.POSITIVE_INFINITY, throttle = 0 }) {
  const calls = [];
  const waiting = [];
  let running = 0;

  const next = () => {
    while (running < atOnce && waiting.length) {
      running++;
      waiting.shift()();
    }
  };
  const server = http.createServer((request, response) => {
    const body = [];
    request.on('data', (chunk) => body.push(chunk));
    request.on('end', () => {
      waiting.push(() => forward(request, Buffer.concat(body), response));
      next();
    });
  });

  function forward(request, body, response) {
    const call = { name: nameOf(request), start: performance.now(), end: 0 };
    calls.push(call);
    const refused = throttle && calls.length % throttle === 0;
    setTimeout(() => {
      if (refused) {
        call.end = performance.now();
        refuse(response, request);
        running--;
        next();
        return;
      }
      const onward = http.request(
        `${target}${request.url}`,
        { method: request.method, headers: request.headers },
        (answer) => {
          const chunks = [];
          answer.on('data', (chunk) => chunks.push(chunk));
          answer.on('end', () => {
            call.end = performance.now();
            response.writeHead(answer.statusCode, answer.headers).end(Buffer.concat(chunks));
            running--;
            next();
          });
        },
      );
      onward.on('error', () => response.destroy());
      onward.end(body);
    }, latency);
  }

  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${server.address().port}`,
    calls,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** As each protocol words it: EC2 in XML, the others in JSON, which every one of these clients understands by its header. */
function refuse(response, { headers }) {
  if (/urlencoded/.test(headers['content-type'] ?? '')) {
    response
      .writeHead(503, { 'content-type': 'text/xml' })
      .end(
        '<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>Request limit exceeded.</Message></Error></Errors><RequestID>bench</RequestID></Response>',
      );
    return;
  }
  response
    .writeHead(429, { 'content-type': 'application/json', 'x-amzn-errortype': 'ThrottlingException' })
    .end('{"__type":"ThrottlingException","message":"Rate exceeded"}');
}

function nameOf({ method, url, headers }) {
  return headers['x-amz-target'] ?? `${method} ${url.replace(/[0-9a-f-]{36}/g, 'ID').replace(/\?.*/, '')}`;
}
