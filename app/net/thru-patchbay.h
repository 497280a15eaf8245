/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-connection.h"
#include "thru-meter.h"
#include "thru-ring.h"
#include "thru-router.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* The router with what hangs on it: inputs with their rings, outputs here and in other rooms, and the streams that links play
 * here. Lives on the engine's thread. */
typedef struct _ThruPatchbay ThruPatchbay;

/* After an input was read: something may want to be written. */
typedef void (*ThruPatchbayFunc) (gpointer user);

/* How many messages one link may play; 0 in @rate: as many as come. */
typedef struct
{
  guint rate;  /* a second */
  guint burst;
  guint flood; /* a second */
} ThruPatchbayLimits;

ThruPatchbay *thru_patchbay_new                (GMainContext       *context,
                                                ThruPatchbayFunc    woke,
                                                gpointer            user);

/* Releases nothing: thru_patchbay_release_all() before. */
void          thru_patchbay_free               (ThruPatchbay       *self);

/* For links that come later. */
void          thru_patchbay_set_limits         (ThruPatchbay       *self,
                                                ThruPatchbayLimits  limits);

/* As thru_router_set_loop_func() and thru_router_set_loop_patience(). */
void          thru_patchbay_set_loop_func      (ThruPatchbay       *self,
                                                ThruRouterLoopFunc  func,
                                                gpointer            user);
void          thru_patchbay_set_loop_patience  (ThruPatchbay       *self,
                                                guint64             us);

/* As thru_router_set_late_limit(). */
void          thru_patchbay_set_late_limit     (ThruPatchbay       *self,
                                                guint64             us);

/* Takes @keep also when the number is taken. */
void          thru_patchbay_add_input          (ThruPatchbay       *self,
                                                ThruPortNumber      source,
                                                ThruRing           *ring,
                                                int                 wake_fd,
                                                gpointer            keep,
                                                GDestroyNotify      release,
                                                ThruMeter          *meter);
void          thru_patchbay_add_link_input     (ThruPatchbay       *self,
                                                ThruPortNumber      source,
                                                ThruConnection     *connection,
                                                ThruMeter          *meter);
void          thru_patchbay_remove_source      (ThruPatchbay       *self,
                                                ThruPortNumber      source);

/* Takes @user also when the number is taken. */
void          thru_patchbay_add_output         (ThruPatchbay       *self,
                                                ThruPortNumber      destination,
                                                guint32             address,
                                                ThruRouterSendFunc  send,
                                                gpointer            user,
                                                GDestroyNotify      release,
                                                ThruMeter          *meter);
void          thru_patchbay_add_remote_output  (ThruPatchbay       *self,
                                                ThruPortNumber      destination,
                                                ThruConnection     *connection,
                                                guint32             address,
                                                ThruMeter          *meter);
void          thru_patchbay_remove_destination (ThruPatchbay       *self,
                                                ThruPortNumber      destination);

void          thru_patchbay_connect            (ThruPatchbay       *self,
                                                ThruPortNumber      source,
                                                ThruPortNumber      destination,
                                                ThruMeter          *meter);
void          thru_patchbay_disconnect         (ThruPatchbay       *self,
                                                ThruPortNumber      source,
                                                ThruPortNumber      destination);
void          thru_patchbay_panic              (ThruPatchbay       *self);
void          thru_patchbay_release_all        (ThruPatchbay       *self);

/* While it is, what inputs give is thrown away. Releases nothing: thru_patchbay_release_all(). */
void          thru_patchbay_set_muted          (ThruPatchbay       *self,
                                                gboolean            muted);

/* How an output takes long System Exclusive. */
void          thru_patchbay_set_sysex          (ThruPatchbay       *self,
                                                ThruPortNumber      destination,
                                                const ThruSysexFuncs *funcs);
void          thru_patchbay_cancel_sysex       (ThruPatchbay       *self,
                                                ThruPortNumber      destination);

/* Whom to tell what becomes of it; of progress at most four times a second. */
void          thru_patchbay_set_sysex_report   (ThruPatchbay       *self,
                                                ThruSysexReportFunc func,
                                                gpointer            user);

/* An accepted link, which may play here from now on. */
void          thru_patchbay_add_link           (ThruPatchbay       *self,
                                                ThruConnection     *connection);

/* Releases what it plays here, and there what we play while it can still be sent. */
void          thru_patchbay_remove_link        (ThruPatchbay       *self,
                                                ThruConnection     *connection);

/* MIDI octets from a link. What is dropped because it sends too much is lost on the meters of the outputs that it is for, or on
 * a plain link's source. FALSE: a flood; close it. */
gboolean      thru_patchbay_link_midi          (ThruPatchbay       *self,
                                                ThruConnection     *connection,
                                                guint32             address,
                                                const guint8       *bytes,
                                                gsize               length,
                                                gint64              now_us);

/* Frames from a link that were for nothing here. */
guint64       thru_patchbay_get_n_stray        (ThruPatchbay       *self,
                                                ThruConnection     *connection);

/* Offers again what waits. TRUE when nothing is left waiting. */
gboolean      thru_patchbay_flush              (ThruPatchbay       *self,
                                                gint64              now_us);

/* When the last flush wants to be followed by another in any case, CLOCK_MONOTONIC; G_MAXINT64: not before something happens. */
gint64        thru_patchbay_get_again_us       (ThruPatchbay       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruPatchbay, thru_patchbay_free)

G_END_DECLS
