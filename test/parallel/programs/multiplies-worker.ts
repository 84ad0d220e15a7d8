/** A worker of a program's own, that takes the tasks from the program itself. */
// oxlint-disable import/no-unassigned-import -- they do something
import './multiplies.js';
import 'millrace/parallel/worker';
