'use strict';
/** Replaces, in a function's bundle, the client library that was not chosen when the bundle was built. */
throw new Error('this bundle has one client library only, and PUBSUB_CLIENT names the other one');
