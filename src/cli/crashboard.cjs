#!/usr/bin/env node
'use strict';
// The published bin. Plain old JavaScript on purpose: every Node.js must be able to parse it, to be told what is wrong.
var fs = require('fs');
var path = require('path');

var NEEDED = [22, 18];
var found = process.versions.node.split('.').map(Number);
if (found[0] < NEEDED[0] || (found[0] === NEEDED[0] && found[1] < NEEDED[1])) {
  process.stderr.write(
    'crashboard: needs Node.js ' +
      NEEDED.join('.') +
      ' or newer; this is ' +
      process.version +
      ' (' +
      process.execPath +
      ')\n',
  );
  process.exit(2);
}

// A checkout runs its sources as they are; an installed package has only the compiled ones.
var source = path.join(__dirname, 'main.ts');
var compiled = path.join(__dirname, '..', '..', 'dist', 'src', 'cli', 'main.js');
import(require('url').pathToFileURL(fs.existsSync(source) ? source : compiled).href).then(
  function (main) {
    return main.main(process.argv.slice(2));
  },
  function (error) {
    process.stderr.write(
      'crashboard: cannot load its own code: ' + (error && error.stack ? error.stack : error) + '\n',
    );
    process.exit(4);
  },
);
