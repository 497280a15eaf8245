/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* News from the kernel's sequencer of ports that come and go, which RtMidi does not tell. One read in place of a look each
 * second keeps a quiet computer asleep, and a device that was unplugged and plugged in again between two looks is noticed.
 * Private to this layer. */

/* Listens, when there is a sequencer. The scanner's thread. Silent. */
gboolean thru_alsa_news_listen    (void);

/* Readable when there is news; -1 before thru_alsa_news_listen(). Any thread. */
int      thru_alsa_news_get_fd    (void);

/* Reads all news there is. Any thread. */
void     thru_alsa_news_take      (void);

/* Counts departures. Any thread. */
guint    thru_alsa_news_get_count (void);

/* Whether the port @client:@port went after departure number @count. Any thread. */
gboolean thru_alsa_news_has_left  (guint client,
                                   guint port,
                                   guint count);

/* Whether the port @client:@port says that an instrument is behind it, and no program. Any thread. */
gboolean thru_alsa_news_is_hardware (guint client,
                                     guint port);

G_END_DECLS
