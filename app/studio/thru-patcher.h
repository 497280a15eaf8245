/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-engine.h"
#include "thru-midi-system.h"
#include "thru-sounding-file.h"

G_BEGIN_DECLS

/* Makes the engine carry what a plan says: opens and closes MIDI ports, numbers them, connects and disconnects. A plan is said in
 * full each time; only differences reach the engine. Main thread only. */
typedef struct _ThruPatcher ThruPatcher;

/* One end of a route. */
typedef struct
{
  const char *device;  /* identity of a device here; NULL: it is behind a link */
  const char *port;    /* the MIDI port that the device is now */
  ThruLinkId  link;
  guint32     address; /* node address: of an output here for others to play, or of a destination behind the link */
  ThruMeter  *meter;   /* (nullable) */
} ThruPatchEnd;

typedef enum
{
  THRU_PATCH_ON,
  THRU_PATCH_OPENING,
  THRU_PATCH_FAILED,
} ThruPatchState;

/* A port opened or failed: plan again. */
typedef void (*ThruPatcherChangedFunc) (gpointer user);

/* @engine and @midi are borrowed and must outlive it. */
ThruPatcher *  thru_patcher_new         (ThruEngine            *engine,
                                         ThruMidiSystem        *midi,
                                         ThruPatcherChangedFunc changed,
                                         gpointer               user);

/* What @sounding says an earlier run left sounding is released when its output is opened; what is played from now on is noted
 * there. */
void           thru_patcher_set_sounding (ThruPatcher          *self,
                                          ThruSoundingFile     *sounding);

/* Whether the output @device must be opened only to release what was left sounding there. */
gboolean       thru_patcher_is_left     (ThruPatcher           *self,
                                         const char            *device);

/* Removes everything from the engine and closes all ports. */
void           thru_patcher_free        (ThruPatcher           *self);

/* What is not named between begin and end is taken away at the end. */
void           thru_patcher_begin       (ThruPatcher           *self);

/* Opens a port here without a route: an input that somebody looks at, an output that others play. */
ThruPatchState thru_patcher_plan_input  (ThruPatcher           *self,
                                         const ThruPatchEnd    *input);
ThruPatchState thru_patcher_plan_output (ThruPatcher           *self,
                                         const ThruPatchEnd    *output);

/* @problem: (out) (transfer none) (nullable): why it failed, a sentence. */
ThruPatchState thru_patcher_plan_route  (ThruPatcher           *self,
                                         const ThruPatchEnd    *from,
                                         const ThruPatchEnd    *to,
                                         ThruMeter             *meter,
                                         const char           **problem);
void           thru_patcher_end         (ThruPatcher           *self);

/* What a number that the engine names is: a port here (@device), or one behind a link. FALSE: it is none any more. All are
 * borrowed. */
gboolean       thru_patcher_find_port   (ThruPatcher           *self,
                                         ThruPortNumber         number,
                                         const char           **device,
                                         ThruLinkId            *link,
                                         guint32               *address);

/* Whether the output @device here is open, so that what the engine gives it is played. */
gboolean       thru_patcher_is_open     (ThruPatcher           *self,
                                         const char            *device);

/* Failed ports are tried again at the next plan, and not only when their time comes. */
void           thru_patcher_retry       (ThruPatcher           *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruPatcher, thru_patcher_free)

G_END_DECLS
