// The leanest chat endpoint: answers everything the same, after a delay, in a process of its own, so that its work does
// not count as the collector's. Prints its port. Usage: node slow-chat-endpoint.mjs <delay in ms>
import { createServer } from "node:http";

const delayMs = Number(process.argv[2]);
const body = JSON.stringify({
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1,
  model: "scripted",
  choices: [{ index: 0, message: { role: "assistant", content: "The answer is 7." }, finish_reason: "stop" }],
  usage: { prompt_tokens: 20, completion_tokens: 6, total_tokens: 26 },
});
const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
const server = createServer((request, response) => {
  request.resume();
  request.on("end", () =>
    setTimeout(() => {
      response.writeHead(200, headers);
      response.end(body);
    }, delayMs),
  );
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`));
// Ends with the process that started it, however that ends.
process.stdin.resume().on("end", () => process.exit());
