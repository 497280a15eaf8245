/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-demo-builder-private.h"
#include "thru-studio.h"

G_BEGIN_DECLS

/* What happens in the imagined studio of itself, beside music: long System Exclusive is sent, an instrument comes back under
 * another name, a loop sounds. */
typedef struct _ThruDemoEvents ThruDemoEvents;

/* @builder: borrowed. Nothing happens yet. */
ThruDemoEvents *_thru_demo_events_new         (ThruDemoBuilder *builder);

/* @still: (nullable): nothing happens by itself; what stands still is named: "transfer", "transfers", "same", "which", "loop", with
 * blanks between. */
void            _thru_demo_events_begin       (ThruDemoEvents  *self,
                                               const char      *still);
void            _thru_demo_events_stop        (ThruDemoEvents  *self);
void            _thru_demo_events_free        (ThruDemoEvents  *self);

/* After a while, what plays through the route comes back. */
void            _thru_demo_events_close_loop  (ThruDemoEvents  *self,
                                               ThruRoute       *route);

/* Returns: (transfer full): what became of it, translated. */
char *          _thru_demo_events_answer      (ThruDemoEvents  *self,
                                               ThruQuestion    *question,
                                               guint            answer);
void            _thru_demo_events_take_back   (ThruDemoEvents  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruDemoEvents, _thru_demo_events_free)

G_END_DECLS
