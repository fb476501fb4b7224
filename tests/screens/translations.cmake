# Collects every msgid of the screens and holds the translations against them.
file(GLOB sources ${SOURCES}/*.c ${SOURCES}/*.h)
execute_process(COMMAND ${XGETTEXT} --keyword=ui_words:2 --keyword=WORDS_ID --language=C
                        --from-code=UTF-8 --no-location -o ${OUT}/kiosk.pot ${sources}
                COMMAND_ERROR_IS_FATAL ANY)
foreach(language zh_CN en)
  execute_process(COMMAND ${MSGCMP} ${PO}/${language}.po ${OUT}/kiosk.pot
                  COMMAND_ERROR_IS_FATAL ANY)
endforeach()
