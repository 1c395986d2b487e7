// A glTF model in a real engine: what Khronos's validator says of it, and pictures of it by three.js in a
// browser without a screen, lit from a room, from angles around it.
//
//   npm install --prefix MODULES gltf-validator three puppeteer-core
//   node bench/browser.mjs MODULES MODEL.glb OUT-PREFIX [ANGLE...]      OUT-PREFIX-30.png, degrees
//
// The browser is $CHROMIUM, /usr/bin/chromium without it. The exit code is 1 where the model has errors or does
// not load.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';

const [modules, model, prefix, ...angles] = process.argv.slice(2);
const folder = path.resolve(modules, 'node_modules');
const require = createRequire(path.join(folder, 'index.js'));
const validator = require('gltf-validator');
const puppeteer = require('puppeteer-core');

const SIDE = 720;
const page = `<body style="margin:0">
<script type="importmap">{"imports": {"three": "/three/build/three.module.js",
                                      "three/addons/": "/three/examples/jsm/"}}</script>
<script type="module">
import * as THREE from 'three';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';
import { RoomEnvironment } from 'three/addons/environments/RoomEnvironment.js';
const renderer = new THREE.WebGLRenderer({ antialias: true, preserveDrawingBuffer: true });
renderer.setSize(${SIDE}, ${SIDE});
renderer.toneMapping = THREE.ACESFilmicToneMapping;
document.body.appendChild(renderer.domElement);
const scene = new THREE.Scene();
scene.background = new THREE.Color(0x555555);
scene.environment = new THREE.PMREMGenerator(renderer).fromScene(new RoomEnvironment(), 0.04).texture;
new GLTFLoader().load('/model/${encodeURIComponent(path.basename(model))}', (loaded) => {
  scene.add(loaded.scene);
  const box = new THREE.Box3().setFromObject(loaded.scene);
  const centre = box.getCenter(new THREE.Vector3());
  const size = box.getSize(new THREE.Vector3()).length();
  const camera = new THREE.PerspectiveCamera(40, 1, size / 100, size * 10);
  window.lookFrom = (degrees) => {
    const angle = degrees * Math.PI / 180;
    camera.position.set(centre.x + Math.sin(angle) * size * 0.95, centre.y + size * 0.2,
                        centre.z + Math.cos(angle) * size * 0.95);
    camera.lookAt(centre);
    renderer.render(scene, camera);
  };
  document.title = 'loaded';
}, undefined, (error) => { document.title = 'cannot load the model: ' + error; });
</script>`;

async function validate() {
  const report = await validator.validateBytes(new Uint8Array(await readFile(model)), {
    uri: path.basename(model),
    externalResourceFunction: (uri) =>
      readFile(path.join(path.dirname(model), decodeURIComponent(uri))).then((bytes) => new Uint8Array(bytes)),
  });
  const { numErrors, numWarnings } = report.issues;
  console.log(`${model}: ${numErrors} errors, ${numWarnings} warnings`);
  return numErrors === 0;
}

async function answer(request, response) {
  const { pathname } = new URL(request.url, 'http://localhost');
  if (pathname === '/') {
    response.setHeader('content-type', 'text/html');
    response.end(page);
    return;
  }
  const file = pathname.startsWith('/three/')
    ? path.join(folder, path.normalize(pathname))
    : path.join(path.dirname(model), decodeURIComponent(pathname.replace('/model/', '')));
  try {
    const bytes = await readFile(file);
    response.setHeader('content-type', file.endsWith('.js') ? 'text/javascript' : 'application/octet-stream');
    response.end(bytes);
  } catch {
    response.statusCode = 404;
    response.end();
  }
}

async function shoot(port) {
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
    protocolTimeout: 600000,
  });
  try {
    const tab = await browser.newPage();
    await tab.setViewport({ width: SIDE, height: SIDE });
    await tab.goto(`http://127.0.0.1:${port}/`, { waitUntil: 'domcontentloaded' });
    await tab.waitForFunction('document.title !== ""', { timeout: 600000 });
    const title = await tab.title();
    if (title !== 'loaded') throw new Error(title);
    for (const angle of angles) {
      await tab.evaluate((degrees) => window.lookFrom(degrees), Number(angle));
      await tab.screenshot({ path: `${prefix}-${angle}.png` });
      console.log(`${prefix}-${angle}.png`);
    }
  } finally {
    await browser.close();
  }
}

const valid = await validate();
if (angles.length > 0) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await new Promise((resolve) => { server.once('listening', resolve); });
  try {
    await shoot(server.address().port);
  } finally {
    server.close();
  }
}
process.exitCode = valid ? 0 : 1;
