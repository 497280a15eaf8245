/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-sysex.h"

/* How a destination takes System Exclusive that is longer than THRU_MIDI_SYSEX_SHORT, piece by piece. */
typedef struct
{
  /* Takes the octets from @at on, or as many of them as it has room for now; returns how many, 0: none now. The first piece
   * begins with F0 and the last ends with F7; of everything else, the destination is sent nothing but realtime between. */
  size_t   (*take)      (void          *user,
                         const uint8_t *octets,
                         size_t         length,
                         size_t         at,
                         uint64_t       time_us);

  /* Nothing more comes of the one of which some was taken. FALSE: not now, ask again. */
  bool     (*break_off) (void          *user);

  /* How long one of so many octets takes, microseconds. Nullable: it is over at once. */
  uint64_t (*duration)  (void          *user,
                         size_t         length);
} ThruSysexFuncs;

typedef enum
{
  THRU_SYSEX_BEGUN,     /* it is being sent */
  THRU_SYSEX_PROGRESS,
  THRU_SYSEX_DELIVERED, /* sent whole */
  THRU_SYSEX_CANCELLED, /* a person broke it off; @at octets had been sent */
  THRU_SYSEX_TOO_LONG,  /* longer than we carry, or than the destination takes; nothing was sent */
  THRU_SYSEX_CUT_SHORT, /* the source did not finish it; nothing was sent */
  THRU_SYSEX_NO_ROOM,   /* too many at once; nothing was sent */
  THRU_SYSEX_GONE,      /* route or destination ended; @at octets had been sent */
} ThruSysexState;

/* What becomes of one. */
typedef struct
{
  ThruSysexState state;
  uint32_t       source;      /* 0: not known */
  uint32_t       destination; /* 0: it did not come so far */
  size_t         length;      /* 0: not known */
  size_t         at;          /* octets sent */
} ThruSysexReport;

typedef void (*ThruSysexReportFunc) (void                  *user,
                                     const ThruSysexReport *report);

/* Whom to tell; shared by all destinations of a router. */
typedef struct
{
  ThruSysexReportFunc func; /* nullable */
  void               *user;
} ThruSysexReporter;

/* The one System Exclusive that a destination is being sent. Members are readable. */
typedef struct
{
  const ThruSysexFuncs    *funcs;    /* nullable, borrowed: none is ever begun */
  void                    *user;
  const ThruSysexReporter *reporter; /* borrowed */
  uint32_t                 number;   /* of the destination */
  ThruSysex               *sysex;    /* owned; NULL: none is under way */
  size_t                   at;       /* octets taken */
  uint64_t                 time_us;  /* when the source gave it */
  uint32_t                 source;
  bool                     is_slow;  /* it takes its time */
  bool                     breaks;   /* the destination must still be told that it is broken off */
} ThruSysexPlayer;

void thru_sysex_player_init      (ThruSysexPlayer         *player,
                                  const ThruSysexReporter *reporter,
                                  uint32_t                 number);

/* Reports what is under way as gone. */
void thru_sysex_player_clear     (ThruSysexPlayer         *player);
bool thru_sysex_player_is_busy   (const ThruSysexPlayer   *player);

/* Only when it is not busy. Takes a reference; thru_sysex_player_go_on() sends it. */
#define THRU_SYSEX_BRIEF_US 250000 /* what is over sooner is not slow */
void thru_sysex_player_begin     (ThruSysexPlayer         *player,
                                  ThruSysex               *sysex,
                                  uint32_t                 source,
                                  uint64_t                 time_us);

/* Whether one of so many octets would be slow. */
bool thru_sysex_player_would_be_slow
                                 (const ThruSysexPlayer   *player,
                                  size_t                   length);

/* Gives the destination what it takes. TRUE when it is busy no more. @delivered: whether one was sent whole now. */
bool thru_sysex_player_go_on     (ThruSysexPlayer         *player,
                                  bool                    *delivered);

/* Ends it as @state says. FALSE: none is under way. */
bool thru_sysex_player_break_off (ThruSysexPlayer         *player,
                                  ThruSysexState           state);

/* Tells of one that never came to be sent. */
void thru_sysex_reporter_refuse  (const ThruSysexReporter *reporter,
                                  ThruSysexState           state,
                                  uint32_t                 source,
                                  uint32_t                 destination,
                                  size_t                   length);
