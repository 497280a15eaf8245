/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-event-queue.h"
#include "thru-patchbay.h"

G_BEGIN_DECLS

/* What the engine's thread owns: listener, dialers, links, patchbay. All functions but new and free run on that thread. */
typedef struct _ThruEngineCore ThruEngineCore;

ThruEngineCore *thru_engine_core_new  (GMainContext   *context,
                                       ThruEventQueue *events);

/* After the thread has ended. */
void            thru_engine_core_free (ThruEngineCore *self);

ThruPatchbay *  thru_engine_core_get_patchbay_in_engine (ThruEngineCore      *self);

/* (nullable): gone, or not accepted. */
ThruConnection *thru_engine_core_get_link_in_engine     (ThruEngineCore      *self,
                                                         ThruLinkId           link);
void            thru_engine_core_set_hello_in_engine    (ThruEngineCore      *self,
                                                         GPtrArray           *hello);
void            thru_engine_core_listen_in_engine       (ThruEngineCore      *self,
                                                         guint                port);
void            thru_engine_core_stop_listening_in_engine (ThruEngineCore    *self);
void            thru_engine_core_dial_in_engine         (ThruEngineCore      *self,
                                                         ThruDialId           dial,
                                                         const char * const  *addresses,
                                                         gboolean             hurry);
void            thru_engine_core_hang_up_in_engine      (ThruEngineCore      *self,
                                                         ThruDialId           dial);
void            thru_engine_core_accept_in_engine       (ThruEngineCore      *self,
                                                         ThruLinkId           link);
void            thru_engine_core_refuse_in_engine       (ThruEngineCore      *self,
                                                         ThruLinkId           link,
                                                         const char          *code,
                                                         const char          *reason);
void            thru_engine_core_send_in_engine         (ThruEngineCore      *self,
                                                         ThruLinkId           link,
                                                         GPtrArray           *parts);

/* See thru_engine_sleep(), thru_engine_wake(), thru_engine_probe(). */
void            thru_engine_core_sleep_in_engine        (ThruEngineCore      *self);
void            thru_engine_core_wake_in_engine         (ThruEngineCore      *self);
void            thru_engine_core_probe_in_engine        (ThruEngineCore      *self);

/* Says bye everywhere; quits @loop when all has left, or is late. */
void            thru_engine_core_stop_in_engine         (ThruEngineCore      *self,
                                                         GMainLoop           *loop);

/* The end of a wake-up: one write for each link that has something to say. */
void            thru_engine_core_settle_in_engine       (ThruEngineCore      *self);

G_END_DECLS
