// The document that a server shows of itself is valid OpenAPI 3.1, and says what the server does.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {after, before, describe, it} from 'node:test';
import {Validator} from '@seriousme/openapi-schema-validator';
import {binary, remove, Running} from '../bot/running.mjs';

describe('/openapi.json', () => {
  let server, document;
  before(async () => {
    server = await Running.start();
    document = await (await fetch(`${server.base}/openapi.json`)).json();
  });
  after(async () => { await server.stop(); remove(server.data); });

  it('is valid', async () => {
    const result = await new Validator().validate(structuredClone(document));
    assert.equal(result.valid, true, JSON.stringify(result.errors, null, 1));
    assert.match(document.openapi, /^3\.1\./);
  });

  it('names every operation once, and every path answers as it says', async () => {
    const ids = [];
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(methods).filter(([name]) => name !== 'parameters')) {
        ids.push(operation.operationId);
        const answer = await fetch(server.base + path, {
          method: method.toUpperCase(), redirect: 'manual',
          headers: method === 'post' ? {'Content-Type': 'application/json'} : {}, body: method === 'post' ? '{}' : undefined,
        });
        assert.ok(operation.responses[answer.status], `${method} ${path} answered ${answer.status}`);
        await answer.body?.cancel();
      }
    }
    assert.equal(new Set(ids).size, ids.length);
  });

  it('says of every route but the page\'s files who may use it, as the server\'s own table does', () => {
    const routes = JSON.parse(spawnSync(binary, ['routes', '--json'], {encoding: 'utf8'}).stdout);
    const table = routes.filter(({path}) => path === '/openapi.json' || !/^\/([a-z]+\.[a-z]+)?$/.test(path));
    const named = table.map(({method, path, who}) => `${method} ${path} ${who}`);
    const written = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).filter(([method]) => method !== 'parameters')
      .map(([method, operation]) => `${method.toUpperCase()} ${path} ${operation['x-who']}`));
    assert.deepEqual(written.sort(), named.sort());
  });

  it('does not answer what it does not name', async () => {
    for (const path of ['/v1', '/v1/nothing', '/admin', '/../etc/passwd', '/%2e%2e/x', '/webhooks/rest/other']) {
      assert.equal((await fetch(server.base + path)).status, 404, path);
    }
  });
});
