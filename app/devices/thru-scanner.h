/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-open-port.h"

G_BEGIN_DECLS

/* The thread on which the MIDI system is asked for its ports, and ports are opened and closed: all that can hang. When it
 * hangs it is replaced; the old thread is left to itself. Private to this layer. */
typedef struct _ThruScanner ThruScanner;

/* What a look at the MIDI system showed. */
typedef struct
{
  const ThruMidiBackend *backend; /* NULL: none works */
  GPtrArray             *list;    /* of ThruPortEntry; empty when none works */
} ThruScan;

/* On the main context that made the scanner. @scan is borrowed. */
typedef void (*ThruScannerFunc) (const ThruScan *scan,
                                 gpointer        user);

/* @backends: in the order of preference, NULL-terminated, static. */
ThruScanner *thru_scanner_new        (const ThruMidiBackend *const *backends,
                                      ThruScannerFunc               func,
                                      gpointer                      user);
ThruScanner *thru_scanner_ref        (ThruScanner                  *scanner);
void         thru_scanner_unref      (ThruScanner                  *scanner);

/* Any thread. */
void         thru_scanner_scan       (ThruScanner                  *scanner);
void         thru_scanner_open       (ThruScanner                  *scanner,
                                      ThruOpenPort                 *port);
void         thru_scanner_close      (ThruScanner                  *scanner,
                                      ThruOpenPort                 *port);

/* Fails open ports whose sends hang, and those that are dead. Any thread; does not wait. */
void         thru_scanner_check      (ThruScanner                  *scanner);

/* How long what it does now has taken, microseconds. */
gint64       thru_scanner_get_busy_us(ThruScanner                  *scanner);

/* Whether it has nothing to do. */
gboolean     thru_scanner_is_idle    (ThruScanner                  *scanner);

/* Goes on with a new thread. TRUE: it was the opening of one port that hung, and ports are not @served by one server; that port
 * is not tried again before it has gone or the opening has returned after all. */
gboolean     thru_scanner_replace    (ThruScanner                  *scanner,
                                      gboolean                      served);

/* Closes all ports and ends the thread; waits for that no longer than @wait_us. After it @func is not called. The thread
 * that made it. */
void         thru_scanner_stop       (ThruScanner                  *scanner,
                                      gint64                        wait_us);

G_END_DECLS
