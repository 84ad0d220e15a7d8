/** A worker of the page's own: what a bundler needs to see the tasks that are to be found in it. */
// oxlint-disable import/no-unassigned-import -- they do something
import './tasks.js';
import 'millrace/parallel/worker';
