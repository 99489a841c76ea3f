// Mistakes of operators, as `evidence: [operator/...]` names them: the mutations of a runbook, and
// what a run shows by its calls and I/O. Each run counts those that it saw.
// Source: fault_catalogue.md, operator error; language.md sections 4 and 5 (`mutate`).
#pragma once

#include <array>
#include <string_view>

namespace replsim::harness {

struct MistakeRow {
  std::string_view name;      ///< Without `operator/`.
  std::string_view sentence;  ///< What is done wrong.
  std::string_view counts;    ///< When a run counts it.
};

inline constexpr std::array mistake_table = {
    MistakeRow{"skip", "A step of the procedure is left out.", "a runbook was used with it"},
    MistakeRow{"repeat", "A step, or the whole procedure, is done twice.",
               "a runbook was used with it"},
    MistakeRow{"swap", "Two steps of the procedure are done in the wrong order.",
               "a runbook was used with it"},
    MistakeRow{"wrong-side", "A step is done at the wrong array or from the wrong host.",
               "a runbook was used with it"},
    MistakeRow{"wrong-object", "A step is done to another volume, disk or link.",
               "a runbook was used with it"},
    MistakeRow{"promote-twice", "A target that was failed over is failed over again.",
               "Failover is called in Failedover"},
    MistakeRow{"promote-while-source-lives",
               "A target is failed over while the array of the source runs and does not hear it.",
               "Failover is called without contact, and the source's array runs"},
    MistakeRow{"failback-too-early",
               "Failback is asked before the target was failed over or "
               "before a copy has ended.",
               "Failback is called in another state than Failedover"},
    MistakeRow{"detach-in-use", "A pair is dissolved while a host works on it.",
               "Detach or Dissolve is called while a workload writes to one of its volumes"},
    MistakeRow{"impatience", "A command is given again before it has done its work.",
               "the operation is called while a job of its relation runs the same one"},
    MistakeRow{"cancel", "A copy is given up at some percent of its way.",
               "Abort, Terminate or Kill is called while a job of the relation runs"},
    MistakeRow{"write-to-target", "A host writes to a target that is protected.",
               "a write step at the target's volume is refused"},
    MistakeRow{"forgotten-suspend", "A relation is suspended and left so.",
               "a call names a relation that is in Suspended for an hour or longer"},
    MistakeRow{"resume-after-both-changed",
               "A copy is started again though hosts wrote to both sides meanwhile.",
               "Resync Replica or Restore is called after writes to both since they parted"},
    MistakeRow{"wrong-direction", "The copy goes over what hosts wrote and brings what nobody did.",
               "Resync Replica is called when hosts wrote to the target alone since they parted, "
               "or Restore when they wrote to the source alone"},
};

/// Null when no mistake has this name, given without `operator/`.
constexpr const MistakeRow* find_mistake(std::string_view name) {
  for (const MistakeRow& row : mistake_table) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

}  // namespace replsim::harness
