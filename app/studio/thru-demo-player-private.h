/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-demo-data-private.h"
#include "thru-studio.h"

G_BEGIN_DECLS

/* Moves the meters of an imagined studio as music would: what a source plays is seen on its connected routes and at their
 * ends. */
typedef struct _ThruDemoPlayer ThruDemoPlayer;

/* @studio is borrowed and must outlive it. @still: every level stays what it is. */
ThruDemoPlayer *_thru_demo_player_new         (ThruStudio      *studio,
                                               gboolean         still);
void            _thru_demo_player_free        (ThruDemoPlayer  *self);

/* @source: plays @pattern from now on, while it is online. */
void            _thru_demo_player_add         (ThruDemoPlayer  *self,
                                               ThruDevice      *source,
                                               ThruDemoPattern  pattern);

/* Instead of music, every other device at @hz times a second; 0: nothing moves and no timer runs. */
void            _thru_demo_player_set_pace    (ThruDemoPlayer  *self,
                                               guint            hz);

/* Silence for a moment. */
void            _thru_demo_player_rest        (ThruDemoPlayer  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruDemoPlayer, _thru_demo_player_free)

G_END_DECLS
