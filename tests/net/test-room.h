/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-dmidi-frame.h"
#include "thru-event-queue.h"

G_BEGIN_DECLS

/* A room for tests: an engine, one simulated input and any outputs, whose octets are kept. Main thread only. */
typedef struct
{
  ThruEngine *engine;
  guint       port;
  gboolean    accepts;   /* answers every LINK_ASKS at once */
  ThruLinkId  link;      /* the last that was accepted */
  GPtrArray  *events;    /* (element-type ThruEngineEvent) not yet waited for */
  ThruRing   *ring;
  int         wake_fd;
  gsize       n_asked;
  guint64     round_trip_us; /* the last one told; it may come before anybody waits for it */
} TestRoom;

/* What an output got. Any thread. */
typedef struct
{
  GMutex      mutex;
  GByteArray *octets;
  guint       n_messages;
  gboolean    stuck;     /* takes nothing */
  gboolean    released;  /* atomic */
} TestOutput;

/* Iterates the main context until @condition holds; fails the test after ten seconds. */
#define test_wait_until(condition) \
  G_STMT_START { \
    gint64 deadline_us_ = g_get_monotonic_time () + 10 * G_USEC_PER_SEC; \
    while (!(condition)) \
      { \
        g_assert_cmpint (g_get_monotonic_time (), <, deadline_us_); \
        test_iterate (); \
      } \
  } G_STMT_END

void             test_iterate             (void);

TestRoom *       test_room_new            (const char    *id,
                                           const char    *name);

/* Stops the engine and checks that nothing is left of it. */
void             test_room_free           (TestRoom      *room);

/* On a free port, which is then known. */
void             test_room_listen         (TestRoom      *room);
void             test_room_dial           (TestRoom      *room,
                                           ThruDialId     dial,
                                           guint          port);

/* Waits for an event of @type and takes it; those before it are forgotten. */
ThruEngineEvent *test_room_wait           (TestRoom      *room,
                                           ThruEngineEventType type);

/* The same without waiting; NULL when there is none. */
ThruEngineEvent *test_room_take           (TestRoom      *room,
                                           ThruEngineEventType type);

/* Waits until @room, which listens, and @other have accepted each other. */
void             test_room_link           (TestRoom      *room,
                                           TestRoom      *other);
void             test_room_add_input      (TestRoom      *room,
                                           ThruPortNumber source);
void             test_room_play           (TestRoom      *room,
                                           const void    *octets,
                                           gsize          length);
TestOutput *     test_room_add_output     (TestRoom      *room,
                                           ThruPortNumber destination,
                                           guint32        address);

void             test_output_free         (TestOutput    *output);
gsize            test_output_get_length   (TestOutput    *output);
gboolean         test_output_ends_with    (TestOutput    *output,
                                           const void    *octets,
                                           gsize          length);
gboolean         test_output_contains     (TestOutput    *output,
                                           const void    *octets,
                                           gsize          length);
void             test_output_set_stuck    (TestOutput    *output,
                                           gboolean       stuck);
void             test_output_assert_octets (TestOutput   *output,
                                           const void    *octets,
                                           gsize          length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestRoom, test_room_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestOutput, test_output_free)

G_END_DECLS
