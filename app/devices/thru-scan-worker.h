/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-scanner-private.h"

G_BEGIN_DECLS

/* What the scanner's thread does: one for each thread that there was, for one that hangs is left to itself. Only its thread,
 * without the scanner's lock. Private to this layer. */
typedef struct
{
  ThruScanner           *scanner;    /* owned */
  guint                  generation; /* of the thread; another than the scanner's: it was replaced */
  const ThruMidiBackend *backend;    /* NULL: none works */
  GPtrArray             *list;       /* owned, of ThruPortEntry: what the last look showed */
} ThruScanWorker;

ThruScanWorker *thru_scan_worker_new          (ThruScanner    *scanner);
void            thru_scan_worker_free         (ThruScanWorker *worker);

/* Looks for a MIDI system that works and for its ports, closes what does not work any more, and reports. */
void            thru_scan_worker_scan         (ThruScanWorker *worker);
void            thru_scan_worker_open         (ThruScanWorker *worker,
                                               ThruOpenPort   *port);

/* At once, or when all is sent. */
void            thru_scan_worker_close        (ThruScanWorker *worker,
                                               ThruOpenPort   *port);
void            thru_scan_worker_close_all    (ThruScanWorker *worker);

/* Ends @port, whose sender is done. Any thread that knows that nobody else does. */
void            thru_scan_worker_close_handle (ThruScanner    *scanner,
                                               ThruOpenPort   *port);

G_END_DECLS
