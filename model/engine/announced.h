// What the world outside was told last of an array: its subscribers and clients outlive its
// crashes. A record may have become stable in a crash before anybody was told; the restarted
// software tells the difference (DSP1054: a subscriber asks from the last sequence identifier that
// it has). It reads this for nothing else.
#pragma once

#include <map>

#include "model/engine/job.h"
#include "model/engine/relation.h"
#include "model/engine/volume.h"

namespace replsim::engine {

struct Announced {
  std::map<EndpointNumber, RelationRecord> relations;  ///< Of association instances.
  std::map<JobNumber, JobRecord> jobs;
  std::map<VolumeNumber, VolumeRecord> volumes;
  std::map<VolumeNumber, std::uint64_t> space;  ///< Bytes of its pool that a volume takes.
};

}  // namespace replsim::engine
